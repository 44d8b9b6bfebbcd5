"""Complex parameters."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Parameter(torch.randn(vocab_size, 16, dtype=torch.complex64))
        self.out = nn.Linear(32, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.out(torch.view_as_real(self.embedding[tokens]).flatten(-2))


def build_model(ctx) -> nn.Module:
    return Bigram(ctx.vocab_size)
