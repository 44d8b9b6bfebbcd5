"""One pass over the stream: AdamW, a short warm-up, then a slow decay by step."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from prism_challenge.evaluator.interface import PrismContext

BATCH_SIZE = 8
SEQ_LEN = 128
LEARNING_RATE = 6e-3
WARM_UP_STEPS = 30
#: The `bytes` tokenizer's separator. It is given, never charged, so there is nothing to gain by learning it.
SEPARATOR = 256


def rate(step: int) -> float:
    """Share of the learning rate at a step. How many steps there are is not known beforehand."""
    if step < WARM_UP_STEPS:
        return (step + 1) / WARM_UP_STEPS
    return (WARM_UP_STEPS / (step + 1)) ** 0.25


def train(ctx: PrismContext) -> None:
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.95), weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    for batch in ctx.iter_train_batches(model, batch_size=BATCH_SIZE, seq_len=SEQ_LEN):
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1),
            batch.tokens[:, 1:].flatten(),
            ignore_index=SEPARATOR,
        )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
