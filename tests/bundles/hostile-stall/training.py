"""Takes one batch and never asks for another."""

from __future__ import annotations

import time


def train(ctx) -> None:
    model = ctx.build_model().to(ctx.device)
    for _ in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        while True:
            time.sleep(1)
