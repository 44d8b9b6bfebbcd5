"""Hyper-connections (Zhu et al. 2024) around causal attention and a ReLU-squared MLP."""

import torch
from torch import nn


class HyperConnection(nn.Module):
    """Reads one input from n streams and writes the output back into them, with weights that depend on the input."""

    def __init__(self, dim: int, streams: int, layer: int):
        super().__init__()
        self.streams = streams
        self.norm = nn.LayerNorm(dim)
        start = torch.zeros(streams, streams + 1)
        start[layer % streams, 0] = 1.0
        start[:, 1:] = torch.eye(streams)
        self.static_alpha = nn.Parameter(start)
        self.static_beta = nn.Parameter(torch.ones(streams))
        self.dynamic_alpha = nn.Parameter(torch.zeros(dim, streams + 1))
        self.dynamic_beta = nn.Parameter(torch.zeros(dim))
        self.scale = nn.Parameter(torch.full((2,), 0.01))

    def forward(self, h, inner):
        # h: [rows, columns, streams, dim]
        normed = self.norm(h)
        alpha = self.static_alpha + self.scale[0] * torch.tanh(normed @ self.dynamic_alpha)
        beta = self.static_beta + self.scale[1] * torch.tanh(normed @ self.dynamic_beta)
        mixed = alpha.transpose(-1, -2) @ h
        out = inner(mixed[..., 0, :])
        return mixed[..., 1:, :] + beta.unsqueeze(-1) * out.unsqueeze(-2)


class Attend(nn.Module):
    def __init__(self, dim: int, heads: int, longest: int):
        super().__init__()
        self.heads = heads
        self.norm = nn.RMSNorm(dim)
        self.kv, self.q, self.o = nn.Linear(dim, 2 * dim), nn.Linear(dim, dim), nn.Linear(dim, dim)
        # one learned bias for each head and distance
        self.distance = nn.Parameter(torch.zeros(heads, longest))

    def forward(self, x):
        rows, n, dim = x.shape
        x = self.norm(x)
        q = self.q(x).view(rows, n, self.heads, -1).transpose(1, 2)
        k, v = self.kv(x).view(rows, n, 2, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        at = torch.arange(n, device=x.device)
        gap = (at[:, None] - at[None]).clamp(min=0)
        score = q @ k.mT / (dim // self.heads) ** 0.5 + self.distance[:, gap]
        score = score.masked_fill(at[None] > at[:, None], float("-inf"))
        return self.o((score.softmax(-1) @ v).transpose(1, 2).reshape(rows, n, dim))


class Squared(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.net = nn.Sequential(nn.RMSNorm(dim), nn.Linear(dim, 3 * dim), nn.ReLU())
        self.out = nn.Linear(3 * dim, dim)

    def forward(self, x):
        return self.out(self.net(x) ** 2)


class Net(nn.Module):
    def __init__(self, vocab, dim=96, depth=3, streams=4, longest=512):
        super().__init__()
        self.streams = streams
        self.embed = nn.Embedding(vocab, dim)
        self.inner = nn.ModuleList([f for _ in range(depth) for f in (Attend(dim, 4, longest), Squared(dim))])
        self.hyper = nn.ModuleList([HyperConnection(dim, streams, i) for i in range(2 * depth)])
        self.out = nn.Sequential(nn.RMSNorm(dim), nn.Linear(dim, vocab))

    def forward(self, ids):
        h = self.embed(ids).unsqueeze(2).expand(-1, -1, self.streams, -1)
        for connect, inner in zip(self.hyper, self.inner, strict=True):
            h = connect(h, inner)
        return self.out(h.sum(2))


def build_model(ctx):
    return Net(ctx.vocab_size, longest=max(512, ctx.sequence_length))
