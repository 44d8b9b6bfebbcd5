import torch
import torch.nn.functional as F


def log(ctx, *message):
    if ctx.rank:
        return
    print(*message)


def train(ctx):
    is_main = ctx.rank == 0
    master_process = not ctx.local_rank
    model = ctx.build_model().to(ctx.device)
    if not ctx.rank:
        print(sum(p.numel() for p in model.parameters()), "parameters")
    opt = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=16, seq_len=64)):
        loss = F.cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        opt.zero_grad()
        loss.backward()
        opt.step()
        if is_main and master_process and step % 100 == 0:
            log(ctx, step, loss.item())
