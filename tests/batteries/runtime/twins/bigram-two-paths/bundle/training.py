"""One pass with AdamW at a constant rate."""

from __future__ import annotations

import torch
import torch.nn.functional as F

SEPARATOR = 256


def train(ctx) -> None:
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=65):
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=SEPARATOR
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
