"""Each head attends to the last `window` columns and to a few learned sink slots that hold no text."""

import functools

import torch
from torch import nn


@functools.lru_cache(maxsize=16)
def band(length: int, window: int, sinks: int) -> torch.Tensor:
    """What may be seen: [length, sinks + length]."""
    at = torch.arange(length)
    gap = at.unsqueeze(1) - at.unsqueeze(0)
    near = (gap >= 0) & (gap < window)
    return torch.cat((torch.ones(length, sinks, dtype=torch.bool), near), dim=1)


class WindowAttention(nn.Module):
    def __init__(self, width, heads, window, sinks=4):
        super().__init__()
        self.heads, self.window, self.sinks = heads, window, sinks
        self.project = nn.ModuleDict({name: nn.Linear(width, width) for name in ("query", "key", "value", "result")})
        self.sink_key = nn.Parameter(torch.randn(heads, sinks, width // heads) * 0.1)
        self.sink_value = nn.Parameter(torch.zeros(heads, sinks, width // heads))

    def heads_of(self, name, x):
        return self.project[name](x).unflatten(2, (self.heads, -1)).transpose(1, 2)

    def forward(self, x):
        query = self.heads_of("query", x)
        key = torch.cat((self.sink_key.expand(len(x), -1, -1, -1), self.heads_of("key", x)), dim=2)
        value = torch.cat((self.sink_value.expand(len(x), -1, -1, -1), self.heads_of("value", x)), dim=2)
        seen = band(x.shape[1], self.window, self.sinks).to(x.device)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        return self.project["result"](mixed.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    def __init__(self, width, heads, window):
        super().__init__()
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = WindowAttention(width, heads, window)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        # order within the window comes from a short convolution, so there are no positions at all
        self.order = nn.Conv1d(width, width, 3, groups=width)

    def forward(self, x):
        y = self.before(x)
        y = self.order(nn.functional.pad(y.mT, (2, 0))).mT
        x = x + self.attention(y)
        return x + self.narrow(nn.functional.hardswish(self.wide(self.between(x))))


class SlidingModel(nn.Module):
    def __init__(self, vocab, width=112, heads=4, windows=(8, 16, 32, 64)):
        super().__init__()
        self.read = nn.Embedding(vocab, width)
        self.layers = nn.Sequential(*(Layer(width, heads, window) for window in windows))
        self.write = nn.Linear(width, vocab)

    def forward(self, ids):
        return self.write(self.layers(self.read(ids)))


def build_model(ctx):
    return SlidingModel(ctx.vocab_size)
