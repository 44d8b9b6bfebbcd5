import torch
import torch.nn.functional as F

from architecture import NormLinear, unit


@torch.no_grad()
def back_to_the_sphere(model):
    for m in model.modules():
        if isinstance(m, NormLinear):
            m.renormalise()
    model.embedding.weight.copy_(unit(model.embedding.weight))


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    # no weight decay and no warm-up: neither makes sense on the sphere
    opt = torch.optim.Adam(model.parameters(), lr=4e-3, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.PolynomialLR(opt, total_iters=6000, power=1.0)
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):
        loss = F.cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        loss.backward()
        opt.step()
        back_to_the_sphere(model)
        schedule.step()
        opt.zero_grad()
