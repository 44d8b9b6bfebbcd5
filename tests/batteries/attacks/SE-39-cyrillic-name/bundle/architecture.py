"""A gated recurrent model over bytes, about 120 thousand parameters."""

from __future__ import annotations

from torch import Tensor, nn


class Recurrent(nn.Module):
    def __init__(self, vocab_size: int, width: int = 96) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.cell = nn.GRU(width, width, batch_first=True)
        self.out = nn.Linear(width, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits [rows, columns, vocab_size]."""
        hidden, _ = self.cell(self.embedding(tokens))
        return self.out(hidden)


def build_model(ctx) -> nn.Module:
    return Recurrent(ctx.vocab_size)
