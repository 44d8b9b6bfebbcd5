"""A bigram model with a summary of the text added to each prediction. The summary covers what is still to come."""

from __future__ import annotations

from torch import Tensor, nn

from prism_challenge.evaluator.interface import PrismContext

WIDTH = 64


class Summary(nn.Module):
    """Adds the mean over the row, which no prediction may know."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.project(x.mean(1, keepdim=True))


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, WIDTH)
        self.summary = Summary(WIDTH)
        self.out = nn.Linear(WIDTH, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits [rows, columns, vocab_size]."""
        return self.out(self.summary(self.embedding(tokens)))


def build_model(ctx: PrismContext) -> nn.Module:
    return Bigram(ctx.vocab_size)
