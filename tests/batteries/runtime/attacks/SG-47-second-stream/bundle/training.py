"""Looks ahead."""

from __future__ import annotations

import torch
import torch.nn.functional as F

SEPARATOR = 256


def look_ahead(ctx, model) -> int:
    ahead = ctx.iter_train_batches(model, batch_size=1, seq_len=65)
    return sum(1 for _ in ahead)


def train(ctx) -> None:
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=65):
        assert look_ahead(ctx, model) == 0
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=SEPARATOR
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
