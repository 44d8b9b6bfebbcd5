"""Windows of three, one update in 32."""

from __future__ import annotations

import torch
import torch.nn.functional as F

SEPARATOR = 256


def train(ctx) -> None:
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    waiting = 0
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=3):
        waiting += 1
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=SEPARATOR, reduction="sum"
        )
        (loss / 512).backward()
        if waiting == 32:
            optimizer.step()
            optimizer.zero_grad()
            waiting = 0
