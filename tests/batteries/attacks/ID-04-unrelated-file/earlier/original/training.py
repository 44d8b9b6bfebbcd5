"""AdamW whose rate follows the agreement of gradients of both halves of a batch."""

import torch
import torch.nn.functional as F


def flat_gradient(loss, parameters):
    gradients = torch.autograd.grad(loss, parameters, retain_graph=True)
    return torch.cat([gradient.flatten() for gradient in gradients])


def half_losses(logits, targets):
    losses = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none").mean(dim=1)
    middle = losses.shape[0] // 2
    return losses[:middle].mean(), losses[middle:].mean()


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    probe = [parameter for name, parameter in model.named_parameters() if "head" in name]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1.5e-3, weight_decay=0.05)
    trust = torch.ones(())
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128)):
        first, second = half_losses(model(batch.tokens)[:, :-1], batch.tokens[:, 1:])
        agreement = F.cosine_similarity(flat_gradient(first, probe), flat_gradient(second, probe), dim=0)
        trust = trust * 0.9 + agreement.clamp(min=0.0).sqrt() * 0.1
        loss = first + second + (first - second).abs() * 0.1
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = 1.5e-3 * (0.5 + trust.item()) * min(1.0, (step + 1) / 30)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
