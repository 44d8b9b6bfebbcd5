import torch
from torch import nn


def train(ctx):
    net = ctx.build_model()
    net.to(ctx.device)
    opt = torch.optim.SGD(net.parameters(), lr=0.3, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    for step, batch in enumerate(ctx.iter_train_batches(net, batch_size=8, seq_len=128)):
        opt.zero_grad()
        out = net(batch.tokens[:, :-1])
        loss = criterion(out.transpose(1, 2), batch.tokens[:, 1:])
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        if step % 500 == 0:
            print(step, loss.item())
