"""One pass with AdamW at a constant rate."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from prism_challenge.evaluator.interface import PrismContext

SEPARATOR = 256


def train(ctx: PrismContext) -> None:
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=128):
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1),
            batch.tokens[:, 1:].flatten(),
            ignore_index=SEPARATOR,
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
