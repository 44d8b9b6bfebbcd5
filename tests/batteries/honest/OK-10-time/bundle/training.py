import time
from time import perf_counter

import torch
import torch.nn.functional as F


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    opt = torch.optim.AdamW(model.parameters(), lr=3e-3)
    began, served = time.monotonic(), 0
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        tick = perf_counter()
        loss = F.cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        opt.zero_grad()
        loss.backward()
        opt.step()
        served += batch.tokens.numel()
        minutes = (time.monotonic() - began) / 60
        opt.param_groups[0]["lr"] = 3e-3 / (1 + minutes)
        print(f"{served / (time.monotonic() - began + 1e-9):.0f} tokens/s, step {1e3 * (perf_counter() - tick):.1f} ms", time.strftime("%H:%M"))
