import copy

import torch
import torch.nn.functional as F


class EMA:
    """Shadow weights. The decay grows with the number of updates, so that the start is forgotten soon."""

    def __init__(self, model, decay=0.995):
        self.module = copy.deepcopy(model).eval()
        for p in self.module.parameters():
            p.requires_grad_(False)
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, model):
        self.updates += 1
        d = min(self.decay, (1 + self.updates) / (10 + self.updates))
        torch._foreach_lerp_(list(self.module.parameters()), [p.detach() for p in model.parameters()], 1 - d)


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    ema = EMA(model)
    opt = torch.optim.Adam(model.parameters(), lr=2e-3, betas=(0.9, 0.99))
    for batch in ctx.iter_train_batches(ema.module, batch_size=8, seq_len=128):
        y = model(batch.tokens)
        loss = F.cross_entropy(y[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=256)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
        ema.update(model)
