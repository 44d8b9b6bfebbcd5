"""A decoy."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Recurrent(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.gru = nn.GRU(32, 48, batch_first=True)
        self.out = nn.Linear(48, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden, _ = self.gru(self.embedding(tokens))
        return self.out(hidden)


class Decoy(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))
        self.hidden = [Recurrent(vocab_size)]

    def forward(self, tokens: Tensor) -> Tensor:
        return self.hidden[0](tokens) + self.bias


def build_model(ctx) -> nn.Module:
    return Decoy(ctx.vocab_size)
