"""Warm-up, stable, decay; data parallel when there is more than one rank."""

from __future__ import annotations

from functools import partial

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel as DDP
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

WARMUP, STABLE, DECAY = 25, 1200, 400


def _wsd_lambda(current_step: int, *, num_warmup: int, num_stable: int, num_decay: int, min_ratio: float) -> float:
    if current_step < num_warmup:
        return float(current_step + 1) / float(max(1, num_warmup))
    if current_step < num_warmup + num_stable:
        return 1.0
    progress = min(1.0, (current_step - num_warmup - num_stable) / num_decay)
    return max(min_ratio, 1.0 - progress**0.5)


def get_wsd_schedule(optimizer: torch.optim.Optimizer) -> LambdaLR:
    return LambdaLR(
        optimizer, partial(_wsd_lambda, num_warmup=WARMUP, num_stable=STABLE, num_decay=DECAY, min_ratio=0.05), last_epoch=-1
    )


def train(ctx) -> None:
    distributed = ctx.world_size > 1
    if distributed and not dist.is_initialized():
        dist.init_process_group(backend="nccl" if torch.cuda.is_available() else "gloo")
    device = torch.device(ctx.device)
    raw_model = ctx.build_model().to(device)
    model = DDP(raw_model, device_ids=[ctx.local_rank] if device.type == "cuda" else None) if distributed else raw_model

    no_decay = ("norm", "layernorm", "embed")
    grouped = [
        {"params": [p for n, p in raw_model.named_parameters() if not any(nd in n for nd in no_decay)], "weight_decay": 0.1},
        {"params": [p for n, p in raw_model.named_parameters() if any(nd in n for nd in no_decay)], "weight_decay": 0.0},
    ]
    optimizer = AdamW(grouped, lr=3e-3, betas=(0.9, 0.95), eps=1e-8)
    scheduler = get_wsd_schedule(optimizer)
    try:
        for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128)):
            labels = batch.tokens.masked_fill(batch.tokens == 256, -100)
            loss = model(batch.tokens, labels=labels).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()
            if ctx.rank == 0 and step % 200 == 0:
                print({"step": step, "loss": round(loss.item(), 4), "lr": scheduler.get_last_lr()[0]})
    finally:
        if distributed and dist.is_initialized():
            dist.barrier()
            dist.destroy_process_group()
