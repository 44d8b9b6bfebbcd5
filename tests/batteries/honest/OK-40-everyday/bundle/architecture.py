"""What every PyTorch program does."""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass
class Args:
    vocab: int
    width: int = 64
    depth: int = 2


class ReverseScale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, share: float) -> Tensor:
        ctx.share = share
        ctx.save_for_backward(x)
        return x.clone()

    @staticmethod
    def backward(ctx, grad: Tensor):
        (x,) = ctx.saved_tensors
        return grad * ctx.share + 0 * x, None


class Layer(nn.Module):
    def __init__(self, args: Args, act: Callable[[Tensor], Tensor] = torch.tanh) -> None:
        super(Layer, self).__init__()
        self.args, self.act = args, act
        self.net = nn.Sequential(OrderedDict(rnn=nn.Linear(args.width, args.width), norm=nn.LayerNorm(args.width)))
        self.register_buffer("decay", 0.9 ** torch.arange(1024.0), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        n = x.shape[1]
        at = torch.arange(n, device=x.device)
        weight = self.decay[(at[:, None] - at).clamp(min=0)] * (at[:, None] >= at)
        return x + self.act(self.net(ReverseScale.apply(weight / weight.sum(-1, keepdim=True) @ x, 0.5)))


class Model(nn.Module):
    def __init__(self, args: Args) -> None:
        super().__init__()
        self.emb = nn.Embedding(args.vocab, args.width)
        self.layers = nn.ModuleList(Layer(args) for _ in range(args.depth))
        self.head = nn.Linear(args.width, args.vocab, bias=False)
        self.head.weight = self.emb.weight
        self.apply(self._init)

    def _init(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=1 / math.sqrt(module.in_features))

    def forward(self, ids: Tensor) -> Tensor:
        x = self.emb(ids)
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


def count(modules: Sequence[nn.Module]) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for module in modules:
        found[type(module).__name__] += 1
    return dict(found)


def build_model(ctx) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        model = Model(Args(ctx.vocab_size))
    print(count(list(model.modules())))
    return model
