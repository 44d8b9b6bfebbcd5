"""Schedule-free AdamW (Defazio et al. 2024). The parameters hold y while training; `x`, their average, is what predicts."""

import copy

import torch
import torch.nn.functional as F


class ScheduleFreeAdamW:
    def __init__(self, model, lr=4e-3, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.02, warmup_steps=40):
        self.params = [p for p in model.parameters() if p.requires_grad]
        self.lr, self.betas, self.eps, self.weight_decay, self.warmup = lr, betas, eps, weight_decay, warmup_steps
        self.k, self.weight_sum = 0, 0.0
        self.z = [p.detach().clone() for p in self.params]
        self.v = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self, averages):
        beta1, beta2 = self.betas
        self.k += 1
        lr = self.lr * min(1.0, self.k / self.warmup)
        self.weight_sum += lr**2
        ckp1 = lr**2 / self.weight_sum
        for y, z, v, x in zip(self.params, self.z, self.v, averages):
            v.mul_(beta2).addcmul_(y.grad, y.grad, value=1 - beta2)
            update = y.grad / ((v / (1 - beta2**self.k)).sqrt() + self.eps) + self.weight_decay * y
            z.sub_(update, alpha=lr)
            x.lerp_(z, ckp1)
            y.copy_(torch.lerp(z, x, beta1))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    averaged = copy.deepcopy(model).requires_grad_(False)
    optimizer = ScheduleFreeAdamW(model)
    for batch in ctx.iter_train_batches(averaged, batch_size=8, seq_len=128):
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].transpose(1, 2), batch.tokens[:, 1:], ignore_index=256)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step(list(averaged.parameters()))
