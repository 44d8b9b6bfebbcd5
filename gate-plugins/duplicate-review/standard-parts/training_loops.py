import math

import torch
import torch.nn.functional as F
from torch import nn


def rate(step, warmup, total, peak, floor):
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    if step > total:
        return floor
    ratio = (step - warmup) / (total - warmup)
    coeff = 0.5 * (1.0 + math.cos(math.pi * ratio))
    return floor + coeff * (peak - floor)


def short_rate(step, warmup, total):
    if step < warmup:
        return step / warmup
    progress = min(1.0, (step - warmup) / max(1, total - warmup))
    return 0.1 + 0.9 * 0.5 * (1.0 + math.cos(math.pi * progress))


def inverse_root(step, warmup):
    return min((step + 1) / warmup, (warmup / (step + 1)) ** 0.5)


def linear_decay(step, warmup, total):
    return min(step / warmup, max(0.0, (total - step) / (total - warmup)))


def make_optimizer(model, decay):
    decayed = [p for n, p in model.named_parameters() if p.requires_grad and p.dim() >= 2]
    plain = [p for n, p in model.named_parameters() if p.requires_grad and p.dim() < 2]
    groups = [{"params": decayed, "weight_decay": decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=3e-4, betas=(0.9, 0.95), fused=True)


def make_optimizer_by_dict(model, decay):
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    decayed = [p for p in named.values() if p.dim() >= 2]
    plain = [p for p in named.values() if p.dim() < 2]
    return torch.optim.AdamW([{"params": decayed, "weight_decay": decay}, {"params": plain}], lr=1e-3)


def make_optimizer_by_loop(model, decay):
    decayed, plain = [], []
    for parameter in model.parameters():
        (decayed if parameter.ndim >= 2 else plain).append(parameter)
    return torch.optim.AdamW([{"params": decayed, "weight_decay": decay}, {"params": plain}], lr=1e-3)


def losses(logits, tokens):
    first = F.cross_entropy(logits[:, :-1].reshape(-1, logits.size(-1)), tokens[:, 1:].reshape(-1))
    second = F.cross_entropy(logits[:, :-1, :].transpose(1, 2), tokens[:, 1:])
    third = F.cross_entropy(logits.view(-1, logits.size(-1)), tokens.view(-1))
    shifted, targets = logits[:, :-1].contiguous(), tokens[:, 1:].contiguous()
    fourth = nn.CrossEntropyLoss()(shifted.view(-1, shifted.size(-1)), targets.view(-1))
    return first, second, third, fourth


def plain(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
    model.train()
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].reshape(-1, logits.size(-1)), batch.tokens[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def plain_adam(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def plain_sgd(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].transpose(1, 2), batch.tokens[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def by_hand(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = make_optimizer(model, 0.1)
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128)):
        lr = rate(step, 100, 1000, 3e-4, 3e-5)
        for group in optimizer.param_groups:
            group["lr"] = lr
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].reshape(-1, logits.size(-1)), batch.tokens[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def scheduled(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, betas=(0.9, 0.95), weight_decay=0.1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: short_rate(step, 100, 1000))
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=1000)
    one = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=1000)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        with torch.autocast("cuda", dtype=torch.bfloat16):
            logits = model(batch.tokens)
            loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        cosine.step()
        one.step()
        optimizer.zero_grad(set_to_none=True)


def accumulated(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128)):
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        (loss / 4).backward()
        if (step + 1) % 4 == 0:
            optimizer.step()
            optimizer.zero_grad()


def streamed(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
    for batch in ctx.stream(model, batch_size=8, seq_len=128):
        logits, loss = batch.forward()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


@torch.no_grad()
def update_average(average, model, decay):
    for slow, fast in zip(average.parameters(), model.parameters()):
        slow.mul_(decay).add_(fast, alpha=1 - decay)
        slow.lerp_(fast, 1 - decay)
