"""Two streams, one of bytes and one of pairs of bytes; each attends to the other's past."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class CrossAttention(nn.Module):
    """Queries of one stream against keys of the other, with a learned slope for distance."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.both = nn.Linear(width, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.slope = nn.Parameter(torch.linspace(-3.0, 0.0, heads))

    def forward(self, asking, told):
        rows, columns, width = asking.shape
        query = self.query(asking).view(rows, columns, self.heads, -1).transpose(1, 2)
        key, value = self.both(told).view(rows, columns, 2, self.heads, -1).permute(2, 0, 3, 1, 4)
        query = F.normalize(query, dim=-1) * math.sqrt(width / self.heads)
        place = torch.arange(columns, device=asking.device)
        distance = (place[:, None] - place[None, :]).clamp(min=0)
        bias = -F.softplus(self.slope)[:, None, None] * torch.log1p(distance)
        scores = query @ F.normalize(key, dim=-1).transpose(-2, -1) + bias
        future = torch.ones(columns, columns, device=asking.device).triu(1).bool()
        weights = torch.softmax(scores.masked_fill(future, -1e9), dim=-1)
        return self.out((weights @ value).transpose(1, 2).flatten(2))


class Exchange(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.first = CrossAttention(width, heads)
        self.second = CrossAttention(width, heads)
        self.bridge = nn.Bilinear(width, 8, width)
        self.narrow = nn.Linear(width, 8)

    def forward(self, left, right):
        a, b = self.norms[0](left), self.norms[1](right)
        left = left + self.first(a, b)
        right = right + self.second(b, a)
        shared = self.bridge(left * torch.sigmoid(right), torch.tanh(self.narrow(right - left)))
        return left + shared, right - shared


class CrossedLM(nn.Module):
    def __init__(self, vocab, width, heads, depth):
        super().__init__()
        self.vocab = vocab
        self.single = nn.Embedding(vocab, width)
        self.pair = nn.Embedding(8192, width)
        self.layers = nn.ModuleList(Exchange(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(2 * width)
        self.head = nn.Linear(2 * width, vocab)

    def forward(self, tokens):
        before = F.pad(tokens, (1, 0))[:, :-1]
        left = self.single(tokens)
        right = self.pair((tokens * 31 + before * 7919) % 8192) + self.single(before)
        for layer in self.layers:
            left, right = layer(left, right)
        joined = torch.cat((left + right, left * right), dim=-1)
        return self.head(self.norm(joined))


def build_model(ctx):
    return CrossedLM(ctx.vocab_size, width=96, heads=4, depth=3)
