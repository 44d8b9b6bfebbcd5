import torch
from torch.func import functional_call

CAPACITY = 0.6


def objective(weights, model, tokens):
    logits = functional_call(model, weights, (tokens,))
    nll = torch.nn.functional.cross_entropy(logits[:, :-1].mT, tokens[:, 1:])
    return nll + 0.1 * (model.load - CAPACITY).square().mean()


def train(ctx):
    model = ctx.build_model().to(ctx.device)
    weights = dict(model.named_parameters())
    velocity = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    second = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    for step, batch in enumerate(ctx.iter_train_batches(model, batch_size=8, seq_len=128), start=1):
        gradients = torch.autograd.grad(objective(weights, model, batch.tokens), list(weights.values()))
        rate = 2e-3 * min(1.0, step / 50)
        with torch.no_grad():
            for (name, weight), gradient in zip(weights.items(), gradients):
                velocity[name].mul_(0.9).add_(gradient, alpha=0.1)
                second[name].mul_(0.98).addcmul_(gradient, gradient, value=0.02)
                denominator = (second[name] / (1 - 0.98**step)).sqrt_().add_(1e-8)
                weight.addcdiv_(velocity[name], denominator, value=-rate / (1 - 0.9**step))
