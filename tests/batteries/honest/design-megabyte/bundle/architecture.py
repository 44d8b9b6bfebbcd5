from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Stack:
    width: int
    heads: int
    depth: int
    longest: int


GLOBAL = Stack(width=160, heads=4, depth=2, longest=128)
LOCAL = Stack(width=64, heads=2, depth=2, longest=8)


class Layer(nn.Module):
    def __init__(self, stack: Stack) -> None:
        super().__init__()
        w = stack.width
        self.heads = stack.heads
        self.ln_a, self.ln_b = nn.LayerNorm(w), nn.LayerNorm(w)
        self.mix_in, self.mix_out = nn.Linear(w, 3 * w), nn.Linear(w, w)
        self.ff = nn.Sequential(nn.Linear(w, 3 * w), nn.Softplus(), nn.Linear(3 * w, w))

    def forward(self, x: Tensor) -> Tensor:
        b, n, w = x.shape
        heads = self.mix_in(self.ln_a(x)).reshape(b, n, self.heads, 3, w // self.heads)
        q, k, v = heads.permute(3, 0, 2, 1, 4)
        x = x + self.mix_out(F.scaled_dot_product_attention(q, k, v, is_causal=True).permute(0, 2, 1, 3).reshape(b, n, w))
        return x + self.ff(self.ln_b(x))


class Tower(nn.Module):
    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.randn(stack.longest, stack.width) * 0.02)
        self.layers = nn.Sequential(*[Layer(stack) for _ in range(stack.depth)])

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x + self.place[: x.shape[1]])


class MegaByte(nn.Module):
    """Column i is predicted from the patches before its own and the bytes of its own patch up to i."""

    def __init__(self, vocab: int, patch: int, upper: Stack, lower: Stack) -> None:
        super().__init__()
        self.patch = patch
        per_byte = upper.width // patch
        self.embed_upper = nn.Embedding(vocab, per_byte)
        self.embed_lower = nn.Embedding(vocab, lower.width)
        self.start = nn.Parameter(torch.zeros(upper.width))
        self.upper, self.lower = Tower(upper), Tower(lower)
        self.down = nn.Linear(per_byte, lower.width)
        self.out = nn.Linear(lower.width, vocab)

    def forward(self, ids: Tensor) -> Tensor:
        b, n = ids.shape
        ids = F.pad(ids, (0, -n % self.patch))
        patches = self.embed_upper(ids).reshape(b, -1, self.upper.place.shape[1])
        shifted = torch.cat((self.start.expand(b, 1, -1), patches[:, :-1]), dim=1)
        context = self.upper(shifted).unflatten(-1, (self.patch, -1))
        local = self.embed_lower(ids).unflatten(1, (-1, self.patch)) + self.down(context)
        local = self.lower(local.flatten(0, 1))
        return self.out(local).reshape(b, -1, self.out.out_features)[:, :n]


def build_model(ctx) -> nn.Module:
    upper = replace(GLOBAL, longest=max(GLOBAL.longest, ctx.sequence_length // LOCAL.longest + 1))
    return MegaByte(ctx.vocab_size, LOCAL.longest, upper, LOCAL)
