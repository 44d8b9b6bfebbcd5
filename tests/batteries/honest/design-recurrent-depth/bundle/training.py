import torch
import torch.nn.functional as F

MICRO = 2
ACCUMULATE = 2


def micro_batches(tokens, parts):
    yield from tokens.tensor_split(min(parts, len(tokens)))


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.RAdam(model.parameters(), lr=2e-3, betas=(0.9, 0.97), weight_decay=1e-2, decoupled_weight_decay=True)
    pending = 0
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=96):
        for part in micro_batches(batch.tokens, MICRO):
            logits = model(part)
            loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), part[:, 1:].flatten(), reduction="sum")
            (loss / (batch.tokens[:, 1:].numel() * ACCUMULATE)).backward()
        pending += 1
        if pending == ACCUMULATE:
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, error_if_nonfinite=True)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            pending = 0
    if pending:
        optimizer.step()
