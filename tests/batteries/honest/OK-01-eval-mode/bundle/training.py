import torch
import torch.nn.functional as F


@torch.no_grad()
def probe(model, tokens):
    """Loss on what was just served, without dropout."""
    model.eval()
    loss = F.cross_entropy(model(tokens)[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
    model.train()
    return loss.item()


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=16, seq_len=64)):
        logits = model(batch.tokens)
        F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten()).backward()
        optimizer.step()
        optimizer.zero_grad()
        if step % 2 == 0:
            print("after the step:", probe(model, batch.tokens))
