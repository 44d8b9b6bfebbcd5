"""The last two bytes predict the next."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.out = nn.Linear(32, vocab_size)
        self.before = nn.Embedding(vocab_size, 32)

    def forward(self, tokens: Tensor) -> Tensor:
        before = F.pad(self.before(tokens), (0, 0, 1, 0))[:, :-1]
        return self.out(self.embedding(tokens) + before)


def build_model(ctx) -> nn.Module:
    return Bigram(ctx.vocab_size)
