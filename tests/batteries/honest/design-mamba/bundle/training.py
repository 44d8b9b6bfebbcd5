from __future__ import annotations

import torch
from torch import nn


def parameter_groups(model: nn.Module, decay: float) -> list[dict]:
    keep, shrink = [], []
    for parameter in model.parameters():
        exempt = getattr(parameter, "_no_weight_decay", False) or parameter.ndim == 1
        (keep if exempt else shrink).append(parameter)
    return [dict(params=shrink, weight_decay=decay), dict(params=keep, weight_decay=0.0)]


def train(ctx) -> None:
    model = ctx.build_model().to(ctx.device)
    on_gpu = str(ctx.device).startswith("cuda")
    optimizer = torch.optim.AdamW(parameter_groups(model, 0.1), lr=4e-3, betas=(0.9, 0.95), fused=on_gpu)
    criterion = nn.CrossEntropyLoss(ignore_index=256)
    scaler = torch.amp.GradScaler("cuda", enabled=False)  # bf16 needs none
    warm = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.05, total_iters=40)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda" if on_gpu else "cpu", dtype=torch.bfloat16, enabled=on_gpu):
            logits = model(batch.tokens)
        loss = criterion(logits[:, :-1].float().transpose(1, 2), batch.tokens[:, 1:])
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        warm.step()
