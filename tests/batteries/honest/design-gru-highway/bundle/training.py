import torch as t

def train(ctx, lr=3e-3, eta=0.01, gamma=0.55):
    m = ctx.build_model().to(ctx.device)
    o = t.optim.Adamax(m.parameters(), lr=lr)
    g = t.Generator(device=ctx.device).manual_seed(ctx.seed)
    for i, b in enumerate(ctx.iter_train_batches(m, batch_size=24, seq_len=48)):
        y = m(b.tokens)[:, :-1]
        l = -y.gather(2, b.tokens[:, 1:, None]).mean()
        o.zero_grad(); l.backward()
        s = (eta/(1 + i)**gamma)**.5
        for p in m.parameters(): p.grad.add_(t.randn(p.shape, generator=g, device=p.device), alpha=s*p.grad.std(unbiased=False).item())
        t.nn.utils.clip_grad_norm_(m.parameters(), 1.); o.step()
