"""AdamW with a warm-up and clipped gradients."""

import math

import torch
from torch.nn import functional as F
from torch.optim.lr_scheduler import LambdaLR

WARM_UP = 40


def rate(step):
    return min(1.0, (step + 1) / WARM_UP) * math.exp(-step / 4000)


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, betas=(0.9, 0.95), weight_decay=0.1)
    schedule = LambdaLR(optimizer, rate)
    inner = torch.optim.lr_scheduler.torch
    print(inner.load)
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128)):
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
