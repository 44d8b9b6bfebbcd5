"""Byte and pair streams that read one another."""

import math

import torch
from torch import nn
from torch.nn import functional as fn


def split_heads(x, heads):
    rows, columns, _ = x.shape
    divided = x.view(rows, columns, heads, -1)
    return divided.transpose(1, 2)


def future_mask(columns, device):
    everything = torch.ones(columns, columns, device=device)
    return everything.triu(1).bool()


def distance_bias(slope, columns, device):
    place = torch.arange(columns, device=device)
    gap = place[:, None] - place[None, :]
    gap = gap.clamp(min=0)
    steep = fn.softplus(slope)
    steep = -steep[:, None, None]
    return steep * torch.log1p(gap)


class Reader(nn.Module):
    def forward(self, asks, answers):
        rows, columns, width = asks.shape
        doubled = self.pair_projection(answers)
        key, value = doubled.view(rows, columns, 2, self.count, -1).permute(2, 0, 3, 1, 4)
        projected = self.ask_projection(asks)
        query = split_heads(projected, self.count)
        query = fn.normalize(query, dim=-1)
        query = query * math.sqrt(width / self.count)
        key = fn.normalize(key, dim=-1)
        scores = torch.matmul(query, key.transpose(-2, -1))
        scores = scores + distance_bias(self.tilt, columns, asks.device)
        hidden = future_mask(columns, asks.device)
        scores = scores.masked_fill(hidden, -1e9)
        weights = scores.softmax(dim=-1)
        gathered = torch.matmul(weights, value)
        gathered = gathered.transpose(1, 2)
        return self.last(gathered.flatten(2))

    def __init__(self, width, count):
        super().__init__()
        start = torch.linspace(-3.0, 0.0, count)
        self.tilt = nn.Parameter(start)
        self.last = nn.Linear(width, width, bias=False)
        self.pair_projection = nn.Linear(width, 2 * width, bias=False)
        self.ask_projection = nn.Linear(width, width, bias=False)
        self.count = count


class Swap(nn.Module):
    def __init__(self, width, count):
        super().__init__()
        self.small = nn.Linear(width, 8)
        self.bilinear = nn.Bilinear(width, 8, width)
        self.towards_right = Reader(width, count)
        self.towards_left = Reader(width, count)
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])

    def common(self, one, two):
        gated = one * two.sigmoid()
        contrast = self.small(two - one)
        return self.bilinear(gated, contrast.tanh())

    def forward(self, one, two):
        calm_one = self.norms[0](one)
        calm_two = self.norms[1](two)
        two = two + self.towards_left(calm_two, calm_one)
        one = one + self.towards_right(calm_one, calm_two)
        both = self.common(one, two)
        return one + both, two - both


class Streams(nn.Module):
    def __init__(self, vocab, width, count, depth):
        super().__init__()
        self.letters = nn.Embedding(vocab, width)
        self.pairs = nn.Embedding(8192, width)
        self.swaps = nn.ModuleList([Swap(width, count) for _ in range(depth)])
        self.end = nn.Sequential(nn.LayerNorm(2 * width), nn.Linear(2 * width, vocab))

    def forward(self, tokens):
        previous = fn.pad(tokens, (1, 0))
        previous = previous[:, :-1]
        bucket = (tokens * 31 + previous * 7919) % 8192
        two = self.pairs(bucket)
        two = two + self.letters(previous)
        one = self.letters(tokens)
        for swap in self.swaps:
            one, two = swap(one, two)
        total = one + two
        product = one * two
        return self.end(torch.cat((total, product), dim=-1))


def build_model(ctx):
    return Streams(ctx.vocab_size, 96, 4, 3)
