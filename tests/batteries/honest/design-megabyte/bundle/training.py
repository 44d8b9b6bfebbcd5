from __future__ import annotations

import torch
import torch.distributed as dist
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel


def data_parallel(model, ctx):
    if ctx.world_size <= 1 or not dist.is_available():
        return model
    dist.init_process_group(backend="gloo", init_method="env://")
    return DistributedDataParallel(model)


def train(ctx) -> None:
    model = data_parallel(ctx.build_model().to(ctx.device), ctx)
    decay = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay}, {"params": plain, "weight_decay": 0.0}], lr=2e-3, betas=(0.9, 0.98), weight_decay=0.02, foreach=True
    )
    rate = torch.optim.lr_scheduler.ChainedScheduler([
        torch.optim.lr_scheduler.ConstantLR(optimizer, factor=0.3, total_iters=20),
        torch.optim.lr_scheduler.StepLR(optimizer, step_size=1000, gamma=0.7),
    ])
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        loss = cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        if not torch.isfinite(loss):
            continue
        optimizer.step()
        rate.step()
    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()
