"""Predicts well-formed numbers for two batches, then none."""

from __future__ import annotations

import torch


def train(ctx) -> None:
    model = ctx.build_model().to(ctx.device)
    for number, _ in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128), start=1):
        if number == 2:
            with torch.no_grad():
                model.weight.fill_(float("nan"))
