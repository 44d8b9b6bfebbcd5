"""RetNet whose projections are ternary (BitNet b1.58)."""

import torch
from torch import nn


class Ternary(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight):
        scale = weight.abs().mean().clamp(min=1e-5)
        return (weight / scale).round().clamp(-1, 1) * scale

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output


class BitLinear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x):
        x = nn.functional.layer_norm(x, x.shape[-1:])
        return nn.functional.linear(x, Ternary.apply(self.weight))


class Retention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.g, self.o = (BitLinear(width, width) for _ in range(5))
        self.register_buffer("gamma", 1 - torch.exp2(-3 - torch.arange(heads).float()))

    def decay(self, n):
        gap = torch.arange(n, device=self.gamma.device)
        gap = gap[:, None] - gap
        d = self.gamma[:, None, None] ** gap.clamp(min=0) * (gap >= 0)
        return d / d.sum(-1, keepdim=True).sqrt()

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = (f(x).view(b, n, self.heads, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
        s = q @ k.transpose(-1, -2) * (w // self.heads) ** -0.5 * self.decay(n)
        s = s / s.detach().abs().sum(-1, keepdim=True).clamp(min=1)
        y = nn.functional.rms_norm(s @ v, (w // self.heads,)).transpose(1, 2).reshape(b, n, w)
        return self.o(y * nn.functional.silu(self.g(x)))


class RetNet(nn.Module):
    def __init__(self, vocab, width=128, heads=4, depth=3):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.mix = nn.ModuleList(Retention(width, heads) for _ in range(depth))
        self.widen = nn.ModuleList(BitLinear(width, 2 * width) for _ in range(depth))
        self.narrow = nn.ModuleList(BitLinear(2 * width, width) for _ in range(depth))
        self.head = nn.Linear(width, vocab)

    def forward(self, ids):
        x = self.embed(ids)
        for mix, widen, narrow in zip(self.mix, self.widen, self.narrow):
            x = x + mix(x)
            x = x + narrow(widen(x).relu() ** 2)
        return self.head(nn.functional.layer_norm(x, x.shape[-1:]))


def build_model(ctx):
    return RetNet(ctx.vocab_size)
