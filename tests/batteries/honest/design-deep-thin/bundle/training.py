import torch
import torch.nn.functional as F
from torch.optim.optimizer import Optimizer


class SophiaG(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.965, 0.99), rho=0.04, weight_decay=1e-1):
        super().__init__(params, dict(lr=lr, betas=betas, rho=rho, weight_decay=weight_decay))

    @torch.no_grad()
    def update_hessian(self, rows):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    h = self.state[p].setdefault("hessian", torch.zeros_like(p))
                    h.mul_(group["betas"][1]).addcmul_(p.grad, p.grad, value=(1 - group["betas"][1]) * rows)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                m = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                h = self.state[p].setdefault("hessian", torch.zeros_like(p))
                p.mul_(1 - group["lr"] * group["weight_decay"])
                m.lerp_(p.grad, 1 - group["betas"][0])
                ratio = (m.abs() / (group["rho"] * h + 1e-15)).clamp(max=1)
                p.addcmul_(m.sign(), ratio, value=-group["lr"])


def train(ctx, k=4):
    model = ctx.build_model().to(ctx.device)
    optimizer = SophiaG(model.parameters(), lr=8e-4)
    for i, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=64)):
        logits = model(batch.tokens)[:, :-1].flatten(0, 1)
        F.cross_entropy(logits, batch.tokens[:, 1:].flatten()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if i % k == 0:
            # labels drawn from the model itself
            logits = model(batch.tokens).flatten(0, 1)
            drawn = torch.distributions.Categorical(logits=logits).sample()
            F.cross_entropy(logits, drawn).backward()
            optimizer.update_hessian(rows=batch.tokens.numel())
            optimizer.zero_grad(set_to_none=True)
