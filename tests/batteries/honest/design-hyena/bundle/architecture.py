"""Hyena operator, order 2: y = x1 * conv(h2, x2 * conv(h1, v)), with the filters made by a small sine MLP of the position."""

import math
from typing import List

import torch
from torch import nn
from torch.nn import functional as F


def fft_conv(u: torch.Tensor, k: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
    """Causal convolution along the last axis. Twice the length, so that nothing wraps round."""
    seqlen = u.shape[-1]
    fft_size = 2 * seqlen
    k_f = torch.fft.rfft(k, n=fft_size) / fft_size
    u_f = torch.fft.rfft(u, n=fft_size)
    y = torch.fft.irfft(u_f * k_f, n=fft_size, norm="forward")[..., :seqlen]
    return y + u * skip.unsqueeze(-1)


class Sin(nn.Module):
    def __init__(self, dim: int, w: float = 10.0):
        super().__init__()
        self.freq = nn.Parameter(w * torch.ones(1, dim))

    def forward(self, x):
        return torch.sin(self.freq * x)


class PositionalEmbedding(nn.Module):
    def __init__(self, bands: int, max_len: int):
        super().__init__()
        t = torch.linspace(0, 1, max_len)[:, None]
        w = 2 * math.pi * torch.arange(max_len)[:, None] / max_len
        f = torch.linspace(1e-4, bands - 1, bands)[None]
        self.register_buffer("z", torch.cat([t, torch.cos(f * w), -torch.sin(f * w)], dim=-1), persistent=False)
        self.register_buffer("t", t, persistent=False)

    def forward(self, length: int):
        return self.z[:length], self.t[:length]


class HyenaFilter(nn.Module):
    def __init__(self, channels: int, max_len: int, bands: int = 4, width: int = 24):
        super().__init__()
        self.position = PositionalEmbedding(bands, max_len)
        act = Sin(width)
        self.implicit = nn.Sequential(
            nn.Linear(2 * bands + 1, width), act, nn.Linear(width, width), act, nn.Linear(width, channels, bias=False))
        deltas = torch.linspace(math.log(1e-2) / 1.5, math.log(1e-2) / 0.3, channels).abs()[None]
        self.register_buffer("deltas", deltas * (max_len / 128.0), persistent=False)

    def forward(self, length: int):
        z, t = self.position(length)
        return (self.implicit(z) * torch.exp(-t * self.deltas)).t() / 8


class HyenaOperator(nn.Module):
    def __init__(self, d_model: int, max_len: int, order: int = 2):
        super().__init__()
        self.order = order
        self.in_linear = nn.Linear(d_model, (order + 1) * d_model)
        self.short_filter = nn.Conv1d((order + 1) * d_model, (order + 1) * d_model, 3, groups=(order + 1) * d_model, padding=2)
        self.filter_fn = HyenaFilter(order * d_model, max_len)
        self.bias = nn.Parameter(torch.randn(order, d_model))
        self.out_linear = nn.Linear(d_model, d_model)

    def forward(self, u):
        length = u.size(-2)
        u = self.short_filter(self.in_linear(u).transpose(1, 2))[..., :length]
        *gates, v = u.split(u.size(1) // (self.order + 1), dim=1)
        for n, (gate, k) in enumerate(zip(gates, self.filter_fn(length).chunk(self.order))):
            v = gate * fft_conv(v, k, self.bias[n])
        return self.out_linear(v.transpose(1, 2))


class HyenaBlock(nn.Module):
    def __init__(self, d_model, max_len):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.mixer = HyenaOperator(d_model, max_len)
        self.mlp = nn.Sequential(nn.Linear(d_model, 2 * d_model), nn.GELU(approximate="tanh"), nn.Linear(2 * d_model, d_model))

    def forward(self, x):
        x = x + self.mixer(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class HyenaLM(nn.Module):
    def __init__(self, vocab_size: int, d_model: int = 96, depth: int = 3, max_len: int = 1024):
        super().__init__()
        self.wte = nn.Embedding(vocab_size, d_model)
        blocks: List[nn.Module] = [HyenaBlock(d_model, max_len) for _ in range(depth)]
        self.blocks = nn.ModuleList(blocks)
        self.final = nn.LayerNorm(d_model)
        self.lm_head = nn.Linear(d_model, vocab_size, bias=False)

    def forward(self, x):
        h = self.wte(x)
        for block in self.blocks:
            h = block(h)
        return self.lm_head(self.final(h))


def build_model(ctx):
    return HyenaLM(ctx.vocab_size, max_len=max(1024, ctx.max_seq_len))
