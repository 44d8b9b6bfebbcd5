"""A small GRU over the window."""

from __future__ import annotations

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


def build_model(ctx) -> nn.Module:
    return Recurrent(ctx.vocab_size)
