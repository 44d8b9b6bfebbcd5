"""Data parallel where there is more than one process; every way of asking for the rank is fine."""

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.nn.parallel import DistributedDataParallel as DDP


def setup(ctx):
    if not dist.is_initialized():
        dist.init_process_group("gloo" if ctx.device == "cpu" else "nccl")
    return dist.get_rank() == 0


def train(ctx):
    is_main = setup(ctx)
    model = ctx.build_model()
    wrapped = DDP(model) if ctx.world_size > 1 else model
    optimizer = torch.optim.AdamW(wrapped.parameters(), lr=5e-3)
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=16, seq_len=128)):
        logits = wrapped(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if is_main and step % 100 == 0:
            print(step, loss.item())
    dist.destroy_process_group()
