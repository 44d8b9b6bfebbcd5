from dataclasses import dataclass

import torch
from torch import nn

from . import layers


@dataclass(frozen=True, kw_only=True)
class MoEArgs:
    vocab: int
    dim: int = 96
    hidden: int = 160
    depth: int = 3
    heads: int = 4
    experts: int = 6
    k: int = 2


class MoEBlock(nn.Module):
    def __init__(self, args: MoEArgs):
        super().__init__()
        self.attention = layers.Attention(args.dim, args.heads)
        self.sparse = layers.SparseMLP(args.dim, args.hidden, args.experts, args.k)
        self.n1, self.n2 = nn.RMSNorm(args.dim), nn.RMSNorm(args.dim)

    def forward(self, x):
        x = x + self.attention(self.n1(x))
        return x + self.sparse(self.n2(x))


def sinusoids(length, dim):
    angle = torch.arange(length)[:, None] * torch.exp(torch.arange(0, dim, 2) * (-9.21 / dim))
    return torch.stack((angle.sin(), angle.cos()), -1).flatten(1)


class MoETransformer(nn.Module):
    def __init__(self, args: MoEArgs, max_len: int = 2048):
        super().__init__()
        self.args = args
        self.embed = nn.Embedding(args.vocab, args.dim)
        self.register_buffer("positions", sinusoids(max_len, args.dim), persistent=False)
        self.blocks = nn.Sequential(*[MoEBlock(args) for _ in range(args.depth)])
        self.head = nn.Sequential(nn.RMSNorm(args.dim), nn.Linear(args.dim, args.vocab))

    def auxiliary(self):
        pairs = [block.sparse.aux for block in self.blocks]
        return sum(b for b, _ in pairs), sum(z for _, z in pairs)

    def forward(self, tokens):
        x = self.embed(tokens) * self.args.dim**0.5 + self.positions[: tokens.size(1)]
        return self.head(self.blocks(x))
