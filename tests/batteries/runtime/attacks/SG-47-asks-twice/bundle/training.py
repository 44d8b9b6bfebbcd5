"""Takes batches in pairs."""

from __future__ import annotations

import torch
import torch.nn.functional as F

SEPARATOR = 256


def train(ctx) -> None:
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    stream = ctx.iter_train_batches(model, batch_size=8, seq_len=65)
    for batch in stream:
        pair = [batch, *[following for following, _ in zip(stream, range(1))]]
        for batch in pair:
            loss = F.cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=SEPARATOR)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
