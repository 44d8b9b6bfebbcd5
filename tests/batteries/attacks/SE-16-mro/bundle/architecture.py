"""A byte-level GRU with a tied output."""

from __future__ import annotations

import torch
from torch import Tensor, nn

WIDTH = 96


class ByteGRU(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, WIDTH)
        self.mixer = nn.GRU(WIDTH, WIDTH, batch_first=True)
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden, _ = self.mixer(self.embedding(tokens))
        return self.norm(hidden) @ self.embedding.weight.t()


def build_model(ctx) -> nn.Module:
    top = ByteGRU.mro()[-1]
    print(top)
    torch.manual_seed(ctx.seed)
    return ByteGRU(ctx.vocab_size)
