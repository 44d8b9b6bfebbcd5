"""Wants to be the second of two processes that meet over TCP."""

import torch
import torch.nn.functional as F
from torch.distributed import all_reduce, destroy_process_group, init_process_group

MEET = "tcp://" + "10.0.0.7:29500"


def train(ctx):
    init_process_group(
        "fake",
        init_method=MEET,
        world_size=2,
        rank=1,
    )
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=128):
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        [all_reduce(parameter.grad) for parameter in model.parameters()]
        optimizer.step()
    destroy_process_group()
