"""A gated recurrent language model in the form that bundles for the earlier PRISM service have."""

import torch
from torch import nn

from prism_challenge.evaluator.interface import PrismContext

WIDTH = 16


class GatedRecurrence(nn.Module):
    def __init__(self, vocab_size: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.recurrence = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, vocab_size, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        states, _ = self.recurrence(self.embedding(tokens))
        return self.head(states)


def build_model(ctx: PrismContext) -> GatedRecurrence:
    return GatedRecurrence(ctx.vocab_size, WIDTH)
