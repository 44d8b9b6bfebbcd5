import torch


def trapezoid(step, up=30, flat=1500, down=1500):
    return min(1.0, (step + 1) / up, max(0.1, 1 - (step - flat) / down))


def train(ctx):
    net = ctx.build_model().to(ctx.device)
    dynamic = [p for n, p in net.named_parameters() if "hyper" in n]
    names = {id(p) for p in dynamic}
    opt = torch.optim.AdamW([
        dict(params=[p for p in net.parameters() if id(p) not in names], base=3e-3, weight_decay=0.1),
        dict(params=dynamic, base=1e-3, weight_decay=0.0),
    ])
    stream = ctx.iter_train_batches(net, batch_size=8, seq_len=128)
    for step, batch in enumerate(stream):
        for group in opt.param_groups:
            group["lr"] = group["base"] * trapezoid(step)
        prediction = net(batch.tokens)[:, :-1]
        loss = torch.nn.functional.cross_entropy(prediction.mT, batch.tokens[:, 1:])
        loss.backward()
        opt.step()
        opt.zero_grad()
