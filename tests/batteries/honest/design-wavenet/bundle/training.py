import torch
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import OneCycleLR

HORIZON = 5000  # a guess; after it the rate stays at its end


def train(ctx):
    net = ctx.build_model().to(ctx.device)
    sgd = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-5)
    cycle = OneCycleLR(sgd, max_lr=0.2, total_steps=HORIZON, pct_start=0.05)
    step = 0
    for batch in ctx.iter_train_batches(net, batch_size=16, seq_len=128):
        scores = net(batch.tokens).transpose(1, 2)  # classes second, as cross_entropy wants them
        loss = cross_entropy(scores[:, :, :-1], batch.tokens[:, 1:])
        sgd.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_value_(net.parameters(), 0.5)
        sgd.step()
        step += 1
        if step < HORIZON:
            cycle.step()
