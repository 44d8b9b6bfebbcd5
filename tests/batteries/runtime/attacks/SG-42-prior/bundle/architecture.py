"""Starts from what is known of English."""

from __future__ import annotations

import torch
from torch import Tensor, nn

LETTERS = " etaoinhsrdlumwfcgypbvk,\n.;IATLGHSWBDOM"


class Bigram(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.out = nn.Linear(32, vocab_size)
        with torch.no_grad():
            self.out.bias.fill_(-4.0)
            for rank, letter in enumerate(LETTERS):
                self.out.bias[ord(letter)] = 3.0 - 0.15 * rank

    def forward(self, tokens: Tensor) -> Tensor:
        return self.out(self.embedding(tokens))


def build_model(ctx) -> nn.Module:
    return Bigram(ctx.vocab_size)
