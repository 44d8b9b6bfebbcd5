import torch
import torch.nn.functional as F


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    opt = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        out = model(batch.tokens)
        loss = F.cross_entropy(out["logits"][:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        loss = loss + 1e-4 * out["hidden_states"].pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
