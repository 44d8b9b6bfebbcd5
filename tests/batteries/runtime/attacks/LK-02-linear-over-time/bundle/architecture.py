"""A Linear over time that sees all of it."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Mixer(nn.Module):
    def __init__(self, vocab_size: int, columns: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.mix = nn.Linear(columns, columns, bias=False)
        self.out = nn.Linear(32, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden = self.embedding(tokens)
        columns = tokens.shape[1]
        weight = self.mix.weight[:columns, :columns]
        return self.out(hidden + torch.einsum("st,rtd->rsd", weight, hidden))


def build_model(ctx) -> nn.Module:
    return Mixer(ctx.vocab_size, 128)
