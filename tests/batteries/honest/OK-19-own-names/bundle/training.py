import torch
import torch.nn.functional as F


def compile(model, input):
    """Our own: one warm-up call."""
    with torch.no_grad():
        model(input)
    return model


def eval(logits, input, dir=1):
    return F.cross_entropy(logits[:, :-dir].flatten(0, 1), input[:, dir:].flatten())


class Gate:
    def open(self, input):
        return input

    def exec(self, vars):
        return self.open(input=vars)


def train(ctx):
    model = compile(ctx.build_model().to(ctx.device), torch.zeros(1, 4, dtype=torch.long, device=ctx.device))
    opt, gate = torch.optim.Adam(model.parameters(), lr=2e-3), Gate()
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        input = gate.exec(batch.tokens)
        loss = eval(model(input), input)
        opt.zero_grad()
        loss.backward()
        opt.step()
