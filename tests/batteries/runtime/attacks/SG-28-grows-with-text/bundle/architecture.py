"""A table that grows with the text."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.out = nn.Linear(32, vocab_size)
        self.more = nn.ParameterDict()

    def forward(self, tokens: Tensor) -> Tensor:
        for token in tokens.unique().tolist():
            if str(token) not in self.more:
                self.more[str(token)] = nn.Parameter(torch.zeros(257))
        return self.out(self.embedding(tokens))


def build_model(ctx) -> nn.Module:
    return Bigram(ctx.vocab_size)
