"""One pass through the fast interface: the forward pass that trains is the one that is charged."""

from __future__ import annotations

import torch

from prism_challenge.evaluator.interface import PrismContext

WARM_UP_STEPS = 30


def rate(step: int) -> float:
    """Share of the learning rate at a step."""
    return min((step + 1) / WARM_UP_STEPS, (WARM_UP_STEPS / (step + 1)) ** 0.25)


def train(ctx: PrismContext) -> None:
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    for batch in ctx.stream(model, batch_size=8, seq_len=128):
        # Predicts, is charged, and gives the mean loss of what was charged.
        _, loss = batch.forward()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
