from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def lambda_init(depth: int) -> float:
    return 0.8 - 0.6 * math.exp(-0.3 * depth)


class DiffAttention(nn.Module):
    """softmax(q1 k1) - lambda softmax(q2 k2), as in Ye et al. 2024."""

    def __init__(self, width: int, heads: int, depth: int) -> None:
        super().__init__()
        self.heads = heads
        self.size = width // heads // 2
        self.start = lambda_init(depth)
        self.qk = nn.Linear(width, 2 * width, bias=False)
        self.v = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.lambdas = nn.Parameter(torch.randn(4, self.size) * 0.1)
        self.subln = nn.RMSNorm(2 * self.size, elementwise_affine=False)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        rows, length, width = x.shape
        q, k = self.qk(x).view(rows, length, 2, self.heads, 2, self.size).unbind(2)
        v = self.v(x).view(rows, length, self.heads, 2 * self.size)
        logits = torch.einsum("bthps,buhps->bphtu", q, k) / math.sqrt(self.size)
        first, second = (logits + bias).softmax(dim=-1).unbind(1)
        a, b, c, d = self.lambdas
        weight = torch.exp(a @ b) - torch.exp(c @ d) + self.start
        mixed = torch.einsum("bhtu,buhs->bths", first - weight * second, v)
        return self.out((self.subln(mixed) * (1 - self.start)).reshape(rows, length, width))


class DiffLayer(nn.Module):
    def __init__(self, width: int, heads: int, depth: int) -> None:
        super().__init__()
        self.attend = DiffAttention(width, heads, depth)
        self.gate, self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.n = nn.ModuleList([nn.RMSNorm(width), nn.RMSNorm(width)])

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        x = x + self.attend(self.n[0](x), bias)
        y = self.n[1](x)
        return x + self.down(torch.nn.functional.silu(self.gate(y)) * self.up(y))


class DiffTransformer(nn.Module):
    def __init__(self, classes: int, width: int = 128, heads: int = 4, depth: int = 3) -> None:
        super().__init__()
        self.tokens = nn.Embedding(classes, width)
        self.layers = nn.ModuleList(DiffLayer(width, heads, i) for i in range(depth))
        self.final = nn.RMSNorm(width)
        self.classes = nn.Linear(width, classes)
        # T5's buckets: exact up to 16, then logarithmic
        self.relative = nn.Embedding(32, heads)

    def bias(self, length: int, device: torch.device) -> Tensor:
        at = torch.arange(length, device=device)
        gap = at[:, None] - at[None, :]
        far = 16 + (torch.log(gap.clamp(min=1) / 16) / math.log(8) * 16).long()
        bucket = torch.where(gap < 16, gap, far).clamp(0, 31)
        table = self.relative(bucket).permute(2, 0, 1)
        return table.masked_fill(gap < 0, float("-inf"))

    def forward(self, ids: Tensor) -> Tensor:
        x, bias = self.tokens(ids), self.bias(ids.shape[1], ids.device)
        for layer in self.layers:
            x = layer(x, bias)
        return self.classes(self.final(x))


def build_model(ctx) -> nn.Module:
    return DiffTransformer(ctx.vocab_size)
