"""Designs with attention: positions, grouped, latent, differential, sparse and memory heads."""

import math
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from recurrent_kinds import Config, Residual


def rotary(x, base=10000.0):
    """Rotary positions through complex numbers; x is [rows, heads, columns, width]."""
    width = x.size(-1)
    frequencies = 1.0 / base ** (torch.arange(0, width, 2, device=x.device).float() / width)
    angles = torch.outer(torch.arange(x.size(-2), device=x.device), frequencies)
    turn = torch.polar(torch.ones_like(angles), angles)
    pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * turn).flatten(-2).type_as(x)


def rotate_half(x, cos, sin):
    a, b = x[..., : x.shape[-1] // 2], x[..., x.shape[-1] // 2 :]
    return x * cos + torch.cat((-b, a), dim=-1) * sin


class Grouped(nn.Module):
    """Grouped queries, rotary positions, normalised queries and keys."""

    def __init__(self, config, groups=2):
        super().__init__()
        self.heads, self.groups, self.size = config.heads, groups, config.head_width
        self.wq = nn.Linear(config.width, config.heads * self.size, bias=False)
        self.wkv = nn.Linear(config.width, 2 * groups * self.size, bias=False)
        self.wo = nn.Linear(config.heads * self.size, config.width, bias=False)
        self.q_norm, self.k_norm = nn.RMSNorm(self.size), nn.RMSNorm(self.size)

    def forward(self, x):
        b, t, _ = x.shape
        q = self.wq(x).view(b, t, self.heads, self.size).transpose(1, 2)
        k, v = self.wkv(x).view(b, t, 2, self.groups, self.size).permute(2, 0, 3, 1, 4)
        q, k = rotary(self.q_norm(q)), rotary(self.k_norm(k))
        k, v = (y.repeat_interleave(self.heads // self.groups, dim=1) for y in (k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.wo(y.transpose(1, 2).contiguous().view(b, t, -1))


def build_grouped_rotary(ctx):
    return Residual(Config(ctx.vocab_size), Grouped)


def slopes(heads):
    def power_of_two(n):
        start = 2 ** (-(2 ** -(math.log2(n) - 3)))
        return [start * start**i for i in range(n)]

    if math.log2(heads).is_integer():
        return power_of_two(heads)
    closest = 2 ** math.floor(math.log2(heads))
    return power_of_two(closest) + slopes(2 * closest)[0::2][: heads - closest]


class Alibi(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = config.heads
        self.qkv, self.out = nn.Linear(config.width, 3 * config.width), nn.Linear(config.width, config.width)
        self.register_buffer("slope", torch.tensor(slopes(config.heads)).view(-1, 1, 1))
        self.register_buffer("bias", None, persistent=False)

    def forward(self, x):
        b, t, d = x.shape
        if self.bias is None or self.bias.size(-1) < t:
            places = torch.arange(t, device=x.device)
            distance = places[None, :] - places[:, None]
            self.bias = (distance * self.slope).masked_fill(distance > 0, float("-inf"))
        q, k, v = map(lambda y: y.reshape(b, t, self.heads, -1).transpose(1, 2), self.qkv(x).split(d, dim=2))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1)) + self.bias[:, :t, :t]
        return self.out((scores.softmax(dim=-1) @ v).transpose(1, 2).reshape(b, t, d))


def build_alibi_of_six_heads(ctx):
    return Residual(Config(ctx.vocab_size, width=36, heads=6), Alibi)


class Latent(nn.Module):
    """Multi-head latent attention: low-rank keys and values, positions in a part of their own."""

    def __init__(self, config, rank=12, plain=8, turned=4, value=8):
        super().__init__()
        self.heads, self.plain, self.turned, self.value, self.rank = config.heads, plain, turned, value, rank
        self.q = nn.Sequential(nn.Linear(config.width, rank, bias=False), nn.RMSNorm(rank),
                               nn.Linear(rank, config.heads * (plain + turned), bias=False))
        self.down = nn.Linear(config.width, rank + turned, bias=False)
        self.norm = nn.RMSNorm(rank)
        self.up = nn.Linear(rank, config.heads * (plain + value), bias=False)
        self.out = nn.Linear(config.heads * value, config.width, bias=False)

    def forward(self, x):
        b, t, _ = x.shape
        q = self.q(x).view(b, t, self.heads, -1).transpose(1, 2)
        q_plain, q_turned = torch.split(q, [self.plain, self.turned], dim=-1)
        latent, k_turned = torch.split(self.down(x), (self.rank, self.turned), dim=-1)
        k_turned = rotary(k_turned[:, None]).expand(-1, self.heads, -1, -1)
        k_plain, v = self.up(self.norm(latent)).view(b, t, self.heads, -1).transpose(1, 2).split([self.plain, self.value], -1)
        q, k = torch.cat([q_plain, rotary(q_turned)], -1), torch.cat([k_plain, k_turned], -1)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        assert y.shape == (b, self.heads, t, self.value)
        return self.out(y.transpose(1, 2).flatten(start_dim=2))


def build_latent_attention(ctx):
    return Residual(Config(ctx.vocab_size), Latent)


class Differential(nn.Module):
    """Two softmaxes subtracted, with a learnt weight."""

    def __init__(self, config, depth=1):
        super().__init__()
        self.heads, self.size = config.heads, config.head_width // 2
        self.start = 0.8 - 0.6 * math.exp(-0.3 * depth)
        self.q, self.k, self.v, self.out = (nn.Linear(config.width, config.width, bias=False) for _ in range(4))
        for name in ("q1", "k1", "q2", "k2"):
            self.register_parameter(f"lambda_{name}", nn.Parameter(torch.zeros(self.size).normal_(mean=0, std=0.1)))
        self.norm = nn.RMSNorm(2 * self.size, eps=1e-5, elementwise_affine=False)

    def forward(self, x):
        b, t, d = x.shape
        q, k = (f(x).view(b, t, 2 * self.heads, self.size).transpose(1, 2) for f in (self.q, self.k))
        v = self.v(x).view(b, t, self.heads, 2 * self.size).transpose(1, 2)
        scores = (q * self.size**-0.5) @ k.transpose(-1, -2)
        scores = scores + torch.triu(torch.full([t, t], float("-inf")), diagonal=1).type_as(scores)
        weights = F.softmax(scores, dim=-1, dtype=torch.float32).view(b, self.heads, 2, t, t)
        lam = torch.exp((self.lambda_q1 * self.lambda_k1).sum(-1).float()) - torch.exp(
            torch.dot(self.lambda_q2, self.lambda_k2).float()) + self.start
        y = self.norm((weights[:, :, 0] - lam * weights[:, :, 1]) @ v) * (1 - self.start)
        return self.out(y.transpose(1, 2).reshape(b, t, d))


def build_differential(ctx):
    return Residual(Config(ctx.vocab_size), Differential)


class Bucketed(nn.Module):
    """T5's relative position buckets, talking heads and a sliding window with attention sinks."""

    def __init__(self, config, buckets=16, furthest=64, window=40, sinks=2):
        super().__init__()
        self.heads, self.buckets, self.furthest, self.window, self.sinks = config.heads, buckets, furthest, window, sinks
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)
        self.table = nn.Embedding(buckets, config.heads)
        self.before = nn.Conv2d(config.heads, config.heads, 1, bias=False)
        self.after = nn.Parameter(torch.eye(config.heads))

    def bias(self, t):
        places = torch.arange(t)
        distance = (places[:, None] - places[None, :]).clamp(min=0)
        exact = self.buckets // 2
        far = exact + (torch.log(distance.float().clamp(min=1) / exact) / math.log(self.furthest / exact) * (self.buckets - exact)).long()
        bucket = torch.where(distance < exact, distance, far.clamp(max=self.buckets - 1))
        return self.table(bucket).permute(2, 0, 1).unsqueeze(0)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        scores = self.before(torch.einsum("bhid,bhjd->bhij", q, k)) + self.bias(t)
        i, j = torch.arange(t).view(-1, 1), torch.arange(t).view(1, -1)
        seen = (j <= i) & ((i - j < self.window) | (j < self.sinks))
        weights = scores.masked_fill(~seen, torch.finfo(scores.dtype).min).softmax(-1)
        weights = torch.einsum("bhij,hg->bgij", weights, self.after)
        return self.out(torch.einsum("bhij,bhjd->bihd", weights, v).reshape(b, t, d))


def build_relative_buckets(ctx):
    return Residual(Config(ctx.vocab_size), Bucketed)


class Blockwise(nn.Module):
    """Attention over overlapping windows cut out by unfold, the sequence padded to whole blocks."""

    def __init__(self, config, window=16):
        super().__init__()
        self.window, self.heads = window, config.heads
        self.q, self.kv = nn.Linear(config.width, config.width), nn.Linear(config.width, 2 * config.width)
        self.out = nn.Linear(config.width, config.width)

    def forward(self, x):
        b, t, d = x.shape
        w = self.window
        x = F.pad(x, (0, 0, 0, -t % w))
        n = x.size(1) // w
        q = self.q(x).view(b, n, w, self.heads, -1)
        kv = F.pad(self.kv(x), (0, 0, w, 0)).unfold(1, 2 * w, w).movedim(-1, 2)
        k, v = kv.reshape(b, n, 2 * w, 2, self.heads, -1).unbind(3)
        scores = torch.einsum("bnihd,bnjhd->bnhij", q, k) / math.sqrt(d // self.heads)
        i, j = torch.meshgrid(torch.arange(w), torch.arange(-w, w), indexing="ij")
        first = torch.arange(n).view(1, n, 1, 1, 1) * w + j
        scores = scores.masked_fill((j > i) | (first < 0), -1e9)
        y = torch.einsum("bnhij,bnjhd->bnihd", torch.softmax(scores, -1), v)
        return self.out(y.reshape(b, n * w, d)[:, :t])


def build_local_blocks(ctx):
    return Residual(Config(ctx.vocab_size), Blockwise)


class Normalised(nn.Module):
    """nGPT: everything on the unit sphere, learnt eigen learning rates."""

    def __init__(self, vocab, width=32, heads=4, depth=2):
        super().__init__()
        self.heads, self.depth = heads, depth
        self.embed, self.head = nn.Embedding(vocab, width), nn.Linear(width, vocab, bias=False)
        linear = partial(nn.Linear, bias=False)
        self.qkv = nn.ModuleList(linear(width, 3 * width) for _ in range(depth))
        self.out = nn.ModuleList(linear(width, width) for _ in range(depth))
        self.up, self.down = nn.ModuleList(), nn.ModuleList()
        for _ in range(depth):
            self.up.append(linear(width, 8 * width))
            self.down.append(linear(4 * width, width))
        self.alpha = nn.Parameter(torch.full((depth, 2, width), 0.05))
        self.scale = nn.ParameterDict({"qk": torch.ones(depth, heads, width // heads), "u": torch.ones(depth, 4 * width),
                                       "z": torch.ones(vocab)})
        self.renormalise()

    @torch.no_grad()
    def renormalise(self):
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                module.weight.data.copy_(F.normalize(module.weight.data, dim=-1))

    def forward(self, tokens):
        h = F.normalize(self.embed(tokens), dim=-1)
        b, t, d = h.shape
        cos_sin = torch.arange(t)[:, None] / 100 ** torch.linspace(0, 1, d // self.heads // 2)
        cos, sin = (f(cos_sin).repeat(1, 2) for f in (torch.cos, torch.sin))
        for at in range(self.depth):
            q, k, v = self.qkv[at](h).view(b, t, 3, self.heads, -1).transpose(1, 3).unbind(2)
            s = self.scale["qk"][at][None, :, None]
            q, k = (s * F.normalize(rotate_half(y, cos, sin), dim=-1) for y in (q, k))
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=math.sqrt(d / self.heads))
            y = F.normalize(self.out[at](y.transpose(1, 2).reshape(b, t, d)), dim=-1)
            h = F.normalize(torch.lerp(h, y, self.alpha[at, 0].abs()), dim=-1)
            u, v = (self.up[at](h)).chunk(2, -1)
            y = F.normalize(self.down[at](u * self.scale["u"][at] * F.silu(v * d**0.5)), dim=-1)
            h = F.normalize(h + self.alpha[at, 1].abs() * (y - h), dim=-1)
        return self.head(h) * self.scale["z"]


def build_normalised(ctx):
    return Normalised(ctx.vocab_size)


class Perceiver(nn.Module):
    """A causal Perceiver: each stride of tokens ends in a latent that reads all before it."""

    def __init__(self, vocab, width=32, stride=8):
        super().__init__()
        self.stride = stride
        self.embed = nn.Embedding(vocab, width)
        self.pool = nn.AvgPool1d(stride)
        self.cross = nn.MultiheadAttention(width, 4, batch_first=True)
        self.inner = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, 4, 64, 0.0, batch_first=True), 1)
        self.back = nn.MultiheadAttention(width, 4, batch_first=True)
        self.start = nn.Parameter(torch.zeros(1, 1, width))
        self.head = nn.Linear(2 * width, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        b, t, d = x.shape
        latents = self.pool(x.mT).mT
        n = latents.size(1)
        ends = (torch.arange(n) + 1) * self.stride - 1
        late = torch.arange(t)[None, :] > ends[:, None]
        latents = latents + self.cross(latents, x, x, attn_mask=late, need_weights=False)[0]
        latents = self.inner(latents, mask=torch.ones(n, n).triu(1).bool())
        memory = torch.cat([self.start.expand(b, -1, -1), latents], 1)
        unseen = torch.cat([torch.zeros(t, 1, dtype=torch.bool), ends[None, :] > torch.arange(t)[:, None]], dim=1)
        read, _ = self.back(x, memory, memory, attn_mask=unseen)
        return self.head(torch.cat((x, read), -1))


def build_perceiver(ctx):
    return Perceiver(ctx.vocab_size)
