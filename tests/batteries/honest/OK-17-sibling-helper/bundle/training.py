import torch
from blocks import next_token_loss


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    opt = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        opt.zero_grad()
        next_token_loss(model(batch.tokens), batch.tokens).backward()
        opt.step()
