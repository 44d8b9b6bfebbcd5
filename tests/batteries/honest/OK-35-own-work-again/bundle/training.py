"""Sign descent with two momenta; the loss of hard bytes counts more, and steps shrink when the loss is noisy."""

import torch
import torch.nn.functional as F

BATCH_SIZE = 8
SEQ_LEN = 128


class TwoSpeedSign:
    """Moves against the sign of a fast and a slow average of the gradient together."""

    def __init__(self, parameters, rate):
        self.parameters = [parameter for parameter in parameters if parameter.requires_grad]
        self.rate = rate
        self.fast = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.slow = [torch.zeros_like(parameter) for parameter in self.parameters]

    @torch.no_grad()
    def step(self, scale):
        for parameter, fast, slow in zip(self.parameters, self.fast, self.slow):
            gradient = parameter.grad
            if gradient is None:
                continue
            fast.mul_(0.8).add_(gradient, alpha=0.2)
            slow.mul_(0.98).add_(gradient, alpha=0.02)
            direction = torch.sign(fast + slow) * torch.sqrt(fast.abs() / (slow.abs() + fast.abs() + 1e-8))
            parameter.sub_(direction * parameter.abs().mean().clamp(min=0.01) * self.rate * scale)
            parameter.grad = None


def focal_loss(logits, targets):
    losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    weight = (1 - torch.exp(-losses.detach())).sqrt()
    return (losses * weight).sum() / weight.sum().clamp(min=1.0), losses


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = TwoSpeedSign(model.parameters(), rate=0.006)
    level, spread = 6.0, 1.0
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=BATCH_SIZE, seq_len=SEQ_LEN)):
        logits = model(batch.tokens)
        loss, losses = focal_loss(logits[:, :-1], batch.tokens[:, 1:])
        loss.backward()
        now = losses.detach().mean().item()
        spread = 0.95 * spread + 0.05 * abs(now - level)
        level = 0.95 * level + 0.05 * now
        warm = min(1.0, (step + 1) / 80)
        optimizer.step(warm / (1.0 + 2.0 * spread))
