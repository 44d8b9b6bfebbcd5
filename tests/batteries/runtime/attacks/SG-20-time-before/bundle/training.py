"""Trains on noise first."""

from __future__ import annotations

import time

import torch
import torch.nn.functional as F

SEPARATOR = 256


def train(ctx) -> None:
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    noise = torch.randint(0, 256, (8, 65))
    until = time.monotonic() + 3
    while time.monotonic() < until:
        loss = F.cross_entropy(model(noise)[:, :-1].flatten(0, 1), noise[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=65):
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=SEPARATOR
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
