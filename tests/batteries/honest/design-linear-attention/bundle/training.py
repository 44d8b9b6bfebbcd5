from __future__ import annotations

import torch
from torch import Tensor, nn, optim


class Lion(optim.Optimizer):
    """Sign of an interpolated momentum (Chen et al. 2023)."""

    def __init__(self, params, lr: float = 1e-4, betas: tuple[float, float] = (0.9, 0.99), weight_decay: float = 0.0) -> None:
        if lr <= 0:
            raise ValueError(f"invalid learning rate: {lr}")
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in filter(lambda p: p.grad is not None, group["params"]):
                state = self.state[p]
                if len(state) == 0:
                    state["exp_avg"] = torch.zeros_like(p)
                exp_avg = state["exp_avg"]
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(torch.lerp(exp_avg, p.grad, 1 - beta1).sign_(), alpha=-group["lr"])
                exp_avg.lerp_(p.grad, 1 - beta2)
        return loss


def nll(logits: Tensor, tokens: Tensor) -> Tensor:
    logp = logits[:, :-1].log_softmax(-1)
    return -logp.gather(-1, tokens[:, 1:, None]).mean()


def train(ctx) -> None:
    model: nn.Module = ctx.build_model().to(ctx.device)
    optimizer = Lion(model.parameters(), lr=4e-4, weight_decay=0.3)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):

        def closure() -> Tensor:
            optimizer.zero_grad()
            loss = nll(model(batch.tokens), batch.tokens)
            loss.backward()
            return loss

        optimizer.step(closure)
