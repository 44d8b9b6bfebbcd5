"""AdamW on an average that looks ahead, with a penalty on over-confident logits."""

import copy

import torch
import torch.nn.functional as F

BATCH = 8
LENGTH = 128


def penalised(logits, targets):
    log_probs = F.log_softmax(logits, dim=-1)
    nll = -log_probs.gather(-1, targets.unsqueeze(-1)).squeeze(-1).mean()
    entropy = -(log_probs.exp() * log_probs).sum(dim=-1)
    surplus = torch.relu(0.1 - entropy).mean()
    return nll + 0.05 * surplus + 1e-4 * torch.logsumexp(logits, dim=-1).pow(2).mean()


@torch.no_grad()
def look_ahead(slow, fast, share):
    """Pulls the slow weights towards the fast ones by the agreement of their directions."""
    for anchor, weight in zip(slow.parameters(), fast.parameters()):
        change = weight - anchor
        agreement = torch.cosine_similarity(change.flatten(), weight.flatten(), dim=0)
        anchor.add_(change * (share + 0.1 * agreement))
        weight.copy_(anchor)


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    slow = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, betas=(0.9, 0.98))
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=BATCH, seq_len=LENGTH)):
        logits = model(batch.tokens)
        loss = penalised(logits[:, :-1], batch.tokens[:, 1:])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1.0, (step + 1) / 50) / (1.0 + 0.1 * torch.log1p(norm).item())
        optimizer.step()
        if step % 6 == 5:
            look_ahead(slow, model, 0.5)
