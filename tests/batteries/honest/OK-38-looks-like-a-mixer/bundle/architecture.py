"""An MLP-Mixer over time: the mixing matrix is lower triangular, so that it looks back only."""
import torch
import torch.nn.functional as F
from torch import nn


class TimeMix(nn.Module):
    def __init__(self, longest):
        super().__init__()
        self.longest = longest
        self.over_time = nn.Linear(longest, longest)
        self.register_buffer("staircase", torch.ones(longest, longest).tril())

    def forward(self, x):
        n = x.shape[1]
        weight = (self.over_time.weight * self.staircase)[:n, :n]
        return F.linear(x.transpose(1, 2), weight, self.over_time.bias[:n]).transpose(1, 2)


class Mixer(nn.Module):
    def __init__(self, vocab, longest, width=64):
        super().__init__()
        self.emb = nn.Embedding(vocab, width)
        self.time_mix = nn.ModuleList(TimeMix(longest) for _ in range(2))
        self.channel_mix = nn.ModuleList(nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU()) for _ in range(2))
        self.head = nn.Linear(width, vocab)

    def forward(self, ids):
        x = self.emb(ids)
        for time, channel in zip(self.time_mix, self.channel_mix):
            x = x + time(x)
            x = x + channel(x)
        return self.head(x)


def build_model(ctx):
    return Mixer(ctx.vocab_size, max(256, ctx.sequence_length))
