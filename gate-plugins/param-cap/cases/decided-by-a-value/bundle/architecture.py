"""A bigram model: each byte alone predicts the next."""

import torch
from torch import nn


class Bigram(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.out = nn.Linear(width, vocab_size)

    def forward(self, tokens):
        return self.out(self.embedding(tokens))


def build_model(ctx):
    global width
    width = int(torch.randint(32, 64, ()).item())
    return Bigram(ctx.vocab_size)
