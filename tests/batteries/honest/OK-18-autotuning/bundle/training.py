import torch
import torch.nn.functional as F


@torch.compile
def shifted_loss(logits, tokens):
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())


@torch.compile(mode="max-autotune", dynamic=False)
def penalty(logits):
    return logits.logsumexp(-1).square().mean()


def train(ctx):
    torch.backends.cudnn.benchmark = True
    model = ctx.build_model().to(ctx.device)
    model.compile(mode="reduce-overhead")
    model = torch.compile(model, backend="inductor", options={"max_autotune": True})
    opt = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        torch.compiler.cudagraph_mark_step_begin()
        logits = model(batch.tokens)
        loss = shifted_loss(logits, batch.tokens) + 1e-4 * penalty(logits)
        opt.zero_grad()
        loss.backward()
        opt.step()
