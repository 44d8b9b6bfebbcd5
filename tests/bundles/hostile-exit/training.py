"""Leaves without a word, in the middle of the course."""

from __future__ import annotations

import os


def train(ctx) -> None:
    model = ctx.build_model().to(ctx.device)
    for _ in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        os._exit(3)
