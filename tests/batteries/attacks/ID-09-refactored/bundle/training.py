"""The step follows how far two halves of a batch agree."""

import torch
from torch.nn import functional as fn


def train(ctx):
    net = ctx.build_model().to(ctx.device)
    watched = [weight for name, weight in net.named_parameters() if "end" in name]
    adam = torch.optim.AdamW(net.parameters(), lr=1.5e-3, weight_decay=0.05)
    belief = torch.ones(())

    def direction(value):
        pieces = torch.autograd.grad(value, watched, retain_graph=True)
        return torch.cat([piece.flatten() for piece in pieces])

    step = 0
    for batch in ctx.iter_train_batches(net, batch_size=8, seq_len=128):
        targets = batch.tokens[:, 1:]
        logits = net(batch.tokens)[:, :-1]
        each = fn.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
        each = each.mean(dim=1)
        half = each.shape[0] // 2
        upper = each[:half].mean()
        lower = each[half:].mean()
        alike = fn.cosine_similarity(direction(upper), direction(lower), dim=0)
        alike = alike.clamp(min=0.0)
        belief = 0.1 * alike.sqrt() + 0.9 * belief
        gap = (upper - lower).abs()
        objective = upper + lower + gap * 0.1
        adam.zero_grad(set_to_none=True)
        objective.backward()
        warm = min(1.0, (step + 1) / 30)
        for group in adam.param_groups:
            group["lr"] = 1.5e-3 * warm * (0.5 + belief.item())
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        step += 1
