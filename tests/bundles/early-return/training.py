"""Takes five batches and returns: what was not read costs 8 bits a byte."""

from __future__ import annotations

from prism_challenge.evaluator.interface import PrismContext


def train(ctx: PrismContext) -> None:
    model = ctx.build_model().to(ctx.device)
    for number, _ in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128), start=1):
        if number == 5:
            return
