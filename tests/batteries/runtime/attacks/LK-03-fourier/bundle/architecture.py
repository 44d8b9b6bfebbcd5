"""A circular convolution."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.out = nn.Linear(32, vocab_size)
        self.filter = nn.Parameter(0.02 * torch.randn(128, 32))

    def forward(self, tokens: Tensor) -> Tensor:
        hidden = self.embedding(tokens)
        columns = tokens.shape[1]
        spectrum = torch.fft.rfft(hidden, dim=1) * torch.fft.rfft(self.filter[:columns], dim=0)
        return self.out(hidden + torch.fft.irfft(spectrum, n=columns, dim=1))


def build_model(ctx) -> nn.Module:
    return Bigram(ctx.vocab_size)
