"""Designs written with einops: functions, layers, packing, and axes that decide a layer's size."""

import torch
import torch.nn.functional as F
from einops import einsum, pack, parse_shape, rearrange, reduce, repeat, unpack
from einops.layers.torch import EinMix, Rearrange, Reduce
from torch import nn
from typing_extensions import override


def rotated(x, angles):
    a, b = rearrange(x, "... (d two) -> two ... d", two=2)
    x = torch.stack((a * angles.cos() - b * angles.sin(), a * angles.sin() + b * angles.cos()))
    return rearrange(x, "two ... d -> ... (d two)")


class GroupedAttention(nn.Module):
    """Queries in groups that share a key and a value head, written as one einsum each."""

    def __init__(self, dim, heads, groups):
        super().__init__()
        self.heads, self.groups = heads, groups
        self.norm = nn.LayerNorm(dim)
        self.q = nn.Linear(dim, dim, bias=False)
        self.kv = nn.Linear(dim, 2 * groups * (dim // heads), bias=False)
        self.out = nn.Linear(dim, dim, bias=False)

    @override
    def forward(self, x, angles):
        size = parse_shape(x, "b t _")
        x = self.norm(x)
        q = rotated(rearrange(self.q(x), "b t (g r d) -> b g r t d", g=self.groups, r=self.heads // self.groups), angles)
        k, v = rearrange(self.kv(x), "b t (two g d) -> two b g t d", two=2, g=self.groups)
        scores = einsum(q, rotated(k, angles), "b g r i d, b g j d -> b g r i j") * q.shape[-1] ** -0.5
        mask = torch.ones(size["t"], size["t"], dtype=torch.bool, device=x.device).triu(1)
        weights = scores.masked_fill(mask, float("-inf")).softmax(-1)
        y = einsum(weights, v, "b g r i j, b g j d -> b g r i d")
        return self.out(rearrange(y, "b g r t d -> b t (g r d)", **size))


class GroupedGPT(nn.Module):
    def __init__(self, ctx, dim, heads, groups, depth, registers):
        super().__init__()
        self.embedding = nn.Embedding(ctx.vocab_size, dim)
        self.registers = nn.Parameter(torch.randn(registers, dim) * 0.02)
        self.register_buffer("rates", 10000.0 ** -torch.linspace(0, 1, dim // heads // 2), persistent=False)
        self.blocks = nn.ModuleList([GroupedAttention(dim, heads, groups) for _ in range(depth)])

    def forward(self, ids):
        x, sizes = pack([repeat(self.registers, "r d -> b r d", b=len(ids)), self.embedding(ids)], "b * d")
        angles = einsum(torch.arange(x.shape[1], device=ids.device).float(), self.rates, "t, d -> t d")
        for block in self.blocks:
            x = x + block(x, angles)
        _, x = unpack(x, sizes, "b * d")
        return einsum(x, self.embedding.weight, "b t d, v d -> b t v")


def build_einops_grouped_gpt(ctx):
    return GroupedGPT(ctx, 64, 8, 2, 3, registers=4)


def build_einops_grouped_gpt_wide(ctx):
    return GroupedGPT(ctx, 96, 6, 6, 1, registers=1)


class Mixer(nn.Module):
    """Linear maps along several axes, each an EinMix."""

    def __init__(self, ctx, dim, patch):
        super().__init__()
        heads, inner = 4, 2 * dim
        self.embedding = nn.Embedding(ctx.vocab_size, dim)
        self.patches = EinMix("b (n p) c -> b n out", weight_shape="p c out", bias_shape="out", p=patch, c=dim, out=inner)
        self.heads = EinMix("b n (h c) -> b n (h o)", weight_shape="h c o", bias_shape="h o", h=heads, c=inner // heads, o=8)
        self.scale = EinMix("b n c -> b n c", weight_shape="c", c=heads * 8)
        self.back = EinMix("b n c -> b (n p) d", weight_shape="c p d", bias_shape="d", c=heads * 8, p=patch, d=dim)
        self.any = EinMix("... c -> ... v", weight_shape="c v", bias_shape="v", c=dim, v=ctx.vocab_size)

    def forward(self, ids):
        x = self.embedding(ids)
        return self.any(x + self.back(self.scale(F.gelu(self.heads(self.patches(x))))))


def build_einmix(ctx):
    return Mixer(ctx, 32, 8)


def build_einmix_of_wider_patches(ctx):
    return Mixer(ctx, 48, 16)


class PatchNet(nn.Module):
    """Layers of einops between torch's, as a vision transformer has them, over one axis. The last layer is lazy."""

    def __init__(self, ctx, dim, patch):
        super().__init__()
        self.patch = patch
        self.net = nn.Sequential(
            nn.Embedding(ctx.vocab_size, dim), Rearrange("b (n p) c -> b n (p c)", p=patch), nn.Linear(patch * dim, dim),
            Rearrange("b n c -> b c n"), nn.Conv1d(dim, 2 * dim, 3, padding=1), Reduce("b (c two) n -> b n c", "max", two=2))
        self.summary = Reduce("b n c -> b 1 c", "mean")
        self.head = nn.LazyLinear(ctx.vocab_size)

    def forward(self, ids):
        x = self.net(ids)
        x = torch.cat((x, repeat(self.summary(x), "b () c -> b n c", n=x.shape[1])), -1)
        x = x + rearrange([x, x], "l b n c -> b n c l").sum(-1) + reduce(x, "b n (c d) -> b n () d", "sum", c=2).tile(2)[:, :, 0]
        return self.head(repeat(x, "b n c -> b (n p) c", p=self.patch))


def build_einops_patches(ctx):
    return PatchNet(ctx, 32, 4)
