"""Causal convolutions at three paces; each pace is read through a gate that looks at the others."""

import torch
import torch.nn.functional as F
from torch import nn


class CausalDepthwise(nn.Module):
    def __init__(self, channels, size, dilation):
        super().__init__()
        self.reach = (size - 1) * dilation
        self.conv = nn.Conv1d(channels, channels, size, dilation=dilation, groups=channels)
        self.point = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        return self.point(F.gelu(self.conv(F.pad(x, (self.reach, 0)))))


class PaceGate(nn.Module):
    """Softmax over the paces, from the difference of each pace to their mean."""

    def __init__(self, channels):
        super().__init__()
        self.score = nn.Conv1d(channels, 1, 1)
        self.temperature = nn.Parameter(torch.tensor(1.0))

    def forward(self, paces):
        stacked = torch.stack(paces, dim=1)
        centre = stacked.mean(dim=1, keepdim=True)
        difference = (stacked - centre).flatten(0, 1)
        scores = self.score(torch.tanh(difference)).unflatten(0, (-1, len(paces)))
        share = torch.softmax(scores * self.temperature.exp(), dim=1)
        return (stacked * share).sum(dim=1)


class PyramidBlock(nn.Module):
    def __init__(self, channels, size):
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.paces = nn.ModuleList(CausalDepthwise(channels, size, 4**power) for power in range(3))
        self.gate = PaceGate(channels)
        self.squeeze = nn.Linear(channels, channels // 4)
        self.excite = nn.Linear(channels // 4, channels)
        self.mix = nn.Linear(channels, channels)

    def running_mean(self, x):
        total = torch.cumsum(x, dim=1)
        count = torch.arange(1, x.shape[1] + 1, device=x.device).view(1, -1, 1)
        return total / count

    def forward(self, x):
        h = self.norm(x).transpose(1, 2)
        chosen = self.gate([pace(h) for pace in self.paces]).transpose(1, 2)
        context = self.running_mean(chosen)
        attention = torch.sigmoid(self.excite(F.relu(self.squeeze(context))))
        return x + self.mix(chosen * attention) * torch.rsqrt(chosen.var(dim=-1, keepdim=True) + 1e-5)


class PyramidLM(nn.Module):
    def __init__(self, vocab, channels, layers, size):
        super().__init__()
        self.embed = nn.Embedding(vocab, channels)
        self.blocks = nn.ModuleList(PyramidBlock(channels, size) for _ in range(layers))
        self.norm = nn.LayerNorm(channels)
        self.head = nn.Linear(channels, vocab)

    def forward(self, tokens):
        x = F.normalize(self.embed(tokens), dim=-1)
        skip = torch.zeros_like(x)
        for block in self.blocks:
            x = block(x)
            skip = skip + torch.tanh(x)
        return self.head(self.norm(x * skip.sigmoid()))


def build_model(ctx):
    return PyramidLM(ctx.vocab_size, channels=112, layers=5, size=4)
