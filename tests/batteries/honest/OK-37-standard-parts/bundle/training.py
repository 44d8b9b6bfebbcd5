import math

import torch
import torch.nn.functional as F


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.95), weight_decay=0.1)
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128)):
        scale = min(1.0, (step + 1) / 50) * (0.1 + 0.45 * (1.0 + math.cos(math.pi * min(1.0, step / 1000))))
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * scale
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
