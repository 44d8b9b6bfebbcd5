import torch


class Signum:
    """Sign of the momentum, without the machinery of torch.optim."""

    def __init__(self, parameters, rate, momentum=0.95):
        self.parameters, self.rate, self.momentum = list(parameters), rate, momentum
        self.buffers = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def __call__(self, share):
        for parameter, buffer in zip(self.parameters, self.buffers):
            buffer.lerp_(parameter.grad, 1 - self.momentum)
            parameter.sub_(buffer.sign(), alpha=self.rate * share)
            parameter.grad = None


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    update = Signum(model.parameters(), rate=5e-4)
    criterion = torch.nn.CrossEntropyLoss()
    for number, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128)):
        criterion(model(batch.tokens)[:, :-1].permute(0, 2, 1), batch.tokens[:, 1:]).backward()
        update(share=0.5 ** (number / 2000))
