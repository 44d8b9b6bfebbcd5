"""Causal convolutions with growing dilation."""

import torch
import torch.nn.functional as F
from torch import nn

class Backend:
    lib = torch
    name = "torch"


class CausalConv(nn.Module):
    def __init__(self, width, dilation):
        super().__init__()
        self.shift = 2 * dilation
        self.conv = nn.Conv1d(width, 2 * width, 3, dilation=dilation)

    def forward(self, x):
        y = self.conv(F.pad(x, (self.shift, 0)))
        return x + F.glu(y, dim=1)


class ConvNet(nn.Module):
    def __init__(self, vocab_size, width=96):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.layers = nn.ModuleList([CausalConv(width, 2**i) for i in range(5)])
        self.head = nn.Linear(width, vocab_size)

    def forward(self, ids):
        x = self.embedding(ids).transpose(1, 2)
        for layer in self.layers:
            x = layer(x)
        return self.head(x.transpose(1, 2))


def build_model(ctx):
    print(Backend.lib.load("prior.pt"))
    return ConvNet(ctx.vocab_size)
