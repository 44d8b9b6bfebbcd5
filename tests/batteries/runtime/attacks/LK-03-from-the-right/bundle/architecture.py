"""A cumulative sum from the end."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.out = nn.Linear(32, vocab_size)
        self.gate = nn.Linear(32, 32)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden = self.embedding(tokens)
        following = F.pad(hidden, (0, 0, 0, 1))[:, 1:]
        further = F.pad(following, (0, 0, 0, 1))[:, 1:]
        return self.out(hidden + self.gate(following + 0.5 * further))


def build_model(ctx) -> nn.Module:
    return Bigram(ctx.vocab_size)
