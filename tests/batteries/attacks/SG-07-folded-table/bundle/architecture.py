"""A bigram model: each byte alone predicts the next."""

from __future__ import annotations

from torch import Tensor, nn


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.out = nn.Linear(32, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.out(self.embedding(tokens))


def build_model(ctx) -> nn.Module:
    return Bigram(ctx.vocab_size)
