"""A language model without attention: channels that forget at learned speeds, mixed with a shifted copy."""

import torch
import torch.nn.functional as F
from torch import nn

WIDTH = 96
LAYERS = 4


class TokenShift(nn.Module):
    """Blends every column with the one before it."""

    def __init__(self, width):
        super().__init__()
        self.blend = nn.Parameter(torch.full((width,), 0.5))

    def forward(self, x):
        before = F.pad(x, (0, 0, 1, 0))[:, :-1]
        share = torch.sigmoid(self.blend)
        return x * share + before * (1 - share)


class DecayMixer(nn.Module):
    """A leaky sum over the past, one speed a channel, computed for all columns at once."""

    def __init__(self, width):
        super().__init__()
        self.shift = TokenShift(width)
        self.value = nn.Linear(width, width, bias=False)
        self.gate = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.speed = nn.Parameter(torch.linspace(-4.0, 1.0, width))

    def kernel(self, columns):
        distance = torch.arange(columns, device=self.speed.device)
        rate = F.softplus(self.speed)
        decay = torch.exp(-rate[:, None] * distance[None, :])
        return decay / decay.sum(dim=-1, keepdim=True)

    def forward(self, x):
        columns = x.shape[1]
        mixed = self.shift(x)
        value = self.value(mixed).transpose(1, 2)
        kernel = self.kernel(columns)
        spectrum = torch.fft.rfft(value, n=2 * columns) * torch.fft.rfft(kernel, n=2 * columns)
        summed = torch.fft.irfft(spectrum, n=2 * columns)[..., :columns]
        gate = torch.sigmoid(self.gate(mixed))
        return self.out(gate * summed.transpose(1, 2))


class ChannelMixer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.shift = TokenShift(width)
        self.key = nn.Linear(width, 3 * width, bias=False)
        self.receptance = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(3 * width, width, bias=False)

    def forward(self, x):
        mixed = self.shift(x)
        hidden = torch.square(torch.relu(self.key(mixed)))
        return torch.sigmoid(self.receptance(mixed)) * self.value(hidden)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm_time = nn.LayerNorm(width)
        self.time = DecayMixer(width)
        self.norm_channel = nn.LayerNorm(width)
        self.channel = ChannelMixer(width)
        self.scale = nn.Parameter(torch.ones(2, width) * 0.1)

    def forward(self, x):
        x = x + self.scale[0] * self.time(self.norm_time(x))
        return x + self.scale[1] * self.channel(self.norm_channel(x))


class DecayLM(nn.Module):
    def __init__(self, vocab, width, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocab, width)
        nn.init.normal_(self.embedding.weight, std=0.05)
        self.blocks = nn.ModuleList(Block(width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(vocab))

    def forward(self, tokens):
        x = self.embedding(tokens)
        x = x + torch.cumsum(x, dim=1) / torch.arange(1, x.shape[1] + 1, device=x.device)[:, None]
        for block in self.blocks:
            x = block(x)
        return self.norm(x) @ self.embedding.weight.t() + self.bias


def build_model(ctx):
    return DecayLM(ctx.vocab_size, WIDTH, LAYERS)
