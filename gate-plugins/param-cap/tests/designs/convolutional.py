"""Designs that look back by convolution, shifting or mixing: dilated, gated, weight-normalised, folded."""

import math
from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parametrizations, weight_norm


class CausalConv1d(nn.Conv1d):
    """A convolution that pads on the left only."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.left = self.dilation[0] * (self.kernel_size[0] - 1)

    def forward(self, input):
        return super().forward(F.pad(input, (self.left, 0)))


class Chomp(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        return x[:, :, : -self.size].contiguous()


class TemporalBlock(nn.Module):
    """The block of Bai et al.'s temporal convolutional network."""

    def __init__(self, inputs, outputs, kernel, dilation, dropout=0.2):
        super().__init__()
        pad = (kernel - 1) * dilation
        self.conv1 = weight_norm(nn.Conv1d(inputs, outputs, kernel, padding=pad, dilation=dilation))
        self.conv2 = parametrizations.weight_norm(nn.Conv1d(outputs, outputs, kernel, padding=pad, dilation=dilation))
        self.net = nn.Sequential(self.conv1, Chomp(pad), nn.ReLU(), nn.Dropout(dropout),
                                 self.conv2, Chomp(pad), nn.ReLU(), nn.Dropout(dropout))
        self.downsample = nn.Conv1d(inputs, outputs, 1) if inputs != outputs else None
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.net(x) + (x if self.downsample is None else self.downsample(x)))


class Temporal(nn.Module):
    def __init__(self, vocab, channels=(24, 32, 24)):
        super().__init__()
        self.encoder = nn.Embedding(vocab, channels[-1])
        layers = []
        for level, size in enumerate(channels):
            layers += [TemporalBlock(channels[level - 1] if level else channels[-1], size, 3, 2**level)]
        self.tcn = nn.Sequential(*layers)
        self.decoder = nn.Linear(channels[-1], vocab)
        self.decoder.weight = self.encoder.weight

    def forward(self, tokens):
        return self.decoder(self.tcn(self.encoder(tokens).transpose(1, 2)).transpose(1, 2).contiguous())


def build_temporal_convolution(ctx):
    return Temporal(ctx.vocab_size)


class WaveNet(nn.Module):
    """Gated dilated convolutions with skip connections."""

    def __init__(self, vocab, channels=24, skip=32, cycles=2, layers=4):
        super().__init__()
        self.embed = nn.Embedding(vocab, channels)
        self.stack = nn.ModuleList()
        for at in range(cycles * layers):
            self.stack.append(nn.ModuleDict({
                "filter": CausalConv1d(channels, channels, 2, dilation=2 ** (at % layers)),
                "gate": CausalConv1d(channels, channels, 2, dilation=2 ** (at % layers)),
                "residual": nn.Conv1d(channels, channels, 1), "skip": nn.Conv1d(channels, skip, 1)}))
        self.end = nn.Sequential(OrderedDict(relu1=nn.ReLU(), conv1=nn.Conv1d(skip, skip, 1), relu2=nn.ReLU(),
                                             conv2=nn.Conv1d(skip, vocab, 1)))

    def forward(self, tokens):
        x, total = self.embed(tokens).mT, 0
        for block in self.stack:
            y = torch.tanh(block["filter"](x)) * torch.sigmoid(block["gate"](x))
            total = total + block["skip"](y)
            x = (x + block["residual"](y)) * math.sqrt(0.5)
        return self.end(total).mT


def build_dilated_gates(ctx):
    return WaveNet(ctx.vocab_size)


class GatedConv(nn.Module):
    """Dauphin's gated linear units with a bottleneck, batch norm over channels."""

    def __init__(self, vocab, width=40, layers=3):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.blocks = nn.ModuleList([nn.Sequential(
            nn.Conv1d(width, width // 2, 1, bias=False), nn.BatchNorm1d(width // 2), nn.ConstantPad1d((4, 0), 0.0),
            nn.Conv1d(width // 2, 2 * width, 5), nn.GLU(dim=1)) for _ in range(layers)])
        self.head = nn.Conv1d(width, vocab, kernel_size=1)

    def forward(self, tokens):
        x = self.embed(tokens).permute(0, 2, 1)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x).permute(0, 2, 1)


def build_gated_convolution(ctx):
    return GatedConv(ctx.vocab_size)


class CausalMixer(nn.Module):
    """An MLP mixer whose token mixing is lower triangular, for the context's length."""

    def __init__(self, vocab, length, width=24, depth=2):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.mix = nn.ParameterList([nn.Parameter(torch.randn(length, length) / math.sqrt(length)) for _ in range(depth)])
        self.bias = nn.Parameter(torch.zeros(depth, length, 1))
        self.channel = nn.ModuleList([nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 64), nn.GELU(), nn.Linear(64, width))
                                      for _ in range(depth)])
        self.register_buffer("mask", torch.ones(length, length).tril_())
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        t = tokens.size(1)
        x = self.embed(tokens)
        for mix, bias, channel in zip(self.mix, self.bias, self.channel):
            x = x + torch.einsum("ij,bjd->bid", (mix * self.mask)[:t, :t], x) + bias[:t]
            x = x + channel(x)
        return self.head(x)


def build_causal_mixer(ctx):
    return CausalMixer(ctx.vocab_size, ctx.sequence_length)


class GatedSpatial(nn.Module):
    """gMLP with a Toeplitz mixing matrix built by as_strided from one vector of weights."""

    def __init__(self, vocab, length, width=32):
        super().__init__()
        self.length = length
        self.embed, self.norm = nn.Embedding(vocab, width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(2 * width, width)
        self.taps = nn.Parameter(torch.zeros(length).index_fill(0, torch.tensor([0]), 1.0))
        self.gate_norm = nn.LayerNorm(2 * width)
        self.head = nn.Linear(width, vocab, bias=False)

    def toeplitz(self, t):
        taps = torch.cat([self.taps[:t].flip(0), self.taps.new_zeros(t - 1)])
        return torch.as_strided(taps, (t, t), (1, 1), 0).flip(0).tril()

    def forward(self, tokens):
        x = self.embed(tokens)
        u, v = F.gelu(self.up(self.norm(x))).chunk(2, dim=-1)
        v = torch.matmul(self.toeplitz(tokens.shape[1]), self.gate_norm(v))
        return self.head(x + self.down(u * v))


def build_toeplitz_gate(ctx):
    return GatedSpatial(ctx.vocab_size, ctx.sequence_length)


class NGram(nn.Module):
    """Windows of ids by unfold, hashed into a table, and a bag of their embeddings."""

    def __init__(self, vocab, buckets=512, width=16, orders=(2, 3)):
        super().__init__()
        self.vocab, self.buckets, self.orders = vocab, buckets, orders
        self.unigram = nn.Embedding(vocab, width, padding_idx=0)
        self.tables = nn.ModuleDict({f"order{n}": nn.Embedding(buckets, width) for n in orders})
        self.bag = nn.EmbeddingBag(vocab, width, mode="mean")
        self.head = nn.LazyLinear(vocab)

    def forward(self, tokens):
        b, t = tokens.shape
        parts = [self.unigram(tokens)]
        for n in self.orders:
            grams = F.pad(tokens, (n - 1, 0)).unfold(1, n, 1)
            powers = torch.tensor([31**at for at in range(n)])
            parts.append(self.tables[f"order{n}"]((grams * powers).sum(-1) % self.buckets))
        windows = F.pad(tokens, (7, 0), value=0).unfold(dimension=1, size=8, step=1).reshape(b * t, 8)
        parts.append(self.bag(windows).view(b, t, -1))
        return self.head(torch.cat(parts, dim=-1))


def build_hashed_ngrams(ctx):
    return NGram(ctx.vocab_size)


class Plane(nn.Module):
    """Bytes laid out as an image of rows: masked two-dimensional convolutions, pixel shuffles between."""

    class Masked(nn.Conv2d):
        def __init__(self, kind, *args, **kwargs):
            super().__init__(*args, **kwargs)
            mask = torch.ones_like(self.weight)
            _, _, h, w = mask.shape
            mask[:, :, h // 2, w // 2 + (kind == "B"):] = 0
            mask[:, :, h // 2 + 1:] = 0
            self.register_buffer("mask", mask)

        def forward(self, x):
            return self._conv_forward(x, self.weight * self.mask, self.bias)

    def __init__(self, vocab, width=12, columns=16):
        super().__init__()
        self.columns = columns
        self.embed = nn.Embedding(vocab, width)
        self.first = self.Masked("B", width, 32, 5, padding=2)
        self.rest = nn.Sequential(*[nn.Sequential(nn.GroupNorm(4, 32), nn.ReLU(), self.Masked("B", 32, 32, 3, padding=1, bias=False))
                                    for _ in range(2)])
        self.head = nn.Conv2d(32, vocab, 1)

    def forward(self, tokens):
        b, t = tokens.shape
        x = self.embed(F.pad(tokens, (0, -t % self.columns)))
        x = x.unflatten(1, (-1, self.columns)).permute(0, 3, 1, 2)
        x = self.first(x)
        x = x + self.rest(x)
        return self.head(x).flatten(2).transpose(1, 2)[:, :t]


def build_masked_plane(ctx):
    return Plane(ctx.vocab_size)


class Hierarchy(nn.Module):
    """Patches, a coarse model over them, transposed convolution back, and a fine model inside a patch (MegaByte)."""

    def __init__(self, vocab, patch=8, fine=16, coarse=48):
        super().__init__()
        self.patch = patch
        self.embed = nn.Embedding(vocab + 1, fine)
        self.pad_id = vocab
        self.down = nn.Conv1d(fine, coarse, patch, stride=patch)
        self.coarse = nn.GRU(coarse, coarse, batch_first=True)
        self.up = nn.ConvTranspose1d(coarse, fine, patch, stride=patch)
        self.fine = nn.LSTM(fine, 24, batch_first=True)
        self.head = nn.Linear(24, vocab)

    def forward(self, tokens):
        b, t = tokens.shape
        n = -(-t // self.patch)
        ids = torch.full((b, (n + 1) * self.patch), self.pad_id, dtype=torch.long, device=tokens.device)
        ids[:, self.patch : self.patch + t] = tokens
        x = self.embed(ids)
        summary = self.up(self.coarse(self.down(x[:, : -self.patch].mT).mT)[0].mT).mT
        inside = (x[:, self.patch :] + summary).reshape(b * n, self.patch, -1)
        return self.head(self.fine(inside)[0]).reshape(b, n * self.patch, -1)[:, :t]


def build_patches(ctx):
    return Hierarchy(ctx.vocab_size)
