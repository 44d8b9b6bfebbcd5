import torch
import torch.nn.functional as F


class SimpleAdafactor(torch.optim.Optimizer):
    """Second moments of matrices kept as a row and a column; update clipped by its own root mean square."""

    def __init__(self, params, lr=1e-2, decay_rate=-0.8, clip_threshold=1.0, eps=1e-30):
        defaults = dict(lr=lr, decay_rate=decay_rate, clip_threshold=clip_threshold, eps=eps)
        super().__init__(params, defaults)

    @staticmethod
    def _rms(tensor):
        return tensor.norm(2) / (tensor.numel() ** 0.5)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                grad, state, shape = p.grad.float(), self.state[p], p.shape
                factored = len(shape) >= 2
                if not state:
                    state["step"] = 0
                    if factored:
                        state["row"], state["col"] = grad.new_zeros(shape[:-1]), grad.new_zeros(shape[:-2] + shape[-1:])
                    else:
                        state["sq"] = torch.zeros_like(grad)
                state["step"] += 1
                beta2t = 1.0 - state["step"] ** group["decay_rate"]
                update = grad**2 + group["eps"]
                if factored:
                    state["row"].mul_(beta2t).add_(update.mean(dim=-1), alpha=1 - beta2t)
                    state["col"].mul_(beta2t).add_(update.mean(dim=-2), alpha=1 - beta2t)
                    r = (state["row"] / state["row"].mean(dim=-1, keepdim=True)).rsqrt_().unsqueeze(-1)
                    update = r * state["col"].unsqueeze(-2).rsqrt() * grad
                else:
                    state["sq"].mul_(beta2t).add_(update, alpha=1 - beta2t)
                    update = state["sq"].rsqrt() * grad
                update.div_((self._rms(update) / group["clip_threshold"]).clamp_(min=1.0))
                p.add_(update, alpha=-group["lr"] * max(1e-3, self._rms(p).item()))


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = SimpleAdafactor(model.parameters(), lr=3e-2)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1.0, (s + 1) / 50) / max(1.0, (s / 500) ** 0.5))
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        logits = model(batch.tokens[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, -2), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
