import torch
import torch.nn.functional as F


class Meter:
    load = 0.0

    def system(self, value):
        self.load = 0.9 * self.load + 0.1 * value


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    meter = Meter()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    fused = getattr(optimizer, "spawn", None)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        loss = F.cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        getattr(meter, "system")(loss.item())
        if fused is None and hasattr(meter, "load"):
            print(getattr(meter, "load", None), getattr(model, "open", "no"), getattr(batch, "metadata", None))
