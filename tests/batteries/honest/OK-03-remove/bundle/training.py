import torch
import torch.nn.functional as F


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    norms = []
    names = [name for name, _ in model.named_modules()]
    names.remove("")
    pending = set(names)
    handles = [module.register_forward_hook(lambda m, i, o: norms.append(1)) for name, module in model.named_modules() if name in pending]
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=16, seq_len=64)):
        loss = F.cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step == 2:
            for handle in handles:
                handle.remove()
            pending.remove(names[0])
            print(len(norms), "calls seen;", sorted(pending))
