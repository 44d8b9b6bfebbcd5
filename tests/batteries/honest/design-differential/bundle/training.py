from __future__ import annotations

import random

import torch
import torch.nn.functional as F

DROP = 0.1
rng = random.Random(7)


def focal(logits: torch.Tensor, wanted: torch.Tensor, gamma: float) -> torch.Tensor:
    nll = F.cross_entropy(logits, wanted, reduction="none")
    # easy bytes count less; gamma 0 is the plain loss
    return nll * (1 - torch.exp(-nll.detach())).pow(gamma)


def train(ctx) -> None:
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1.5e-3, weight_decay=0.05)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        logits = model(batch.tokens)
        loss = focal(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), gamma=0.2 * rng.random())
        keep = torch.rand_like(loss) >= DROP
        loss = (loss * keep).sum() / keep.sum().clamp(min=1)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
