"""One GRU between an embedding and a linear layer."""

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, n_chars: int, hidden: int = 64):
        super().__init__()
        self.emb = nn.Embedding(n_chars, hidden)
        self.rnn = nn.GRU(hidden, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, n_chars)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h, _ = self.rnn(self.emb(x))
        return self.fc(h)


def build_model(ctx):
    return CharRNN(ctx.vocab_size)
