"""A bigram model: each byte alone predicts the next."""

from torch import nn


class Bigram(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 64)
        self.out = nn.Linear(64, vocab_size)

    def forward(self, tokens):
        return self.out(self.embedding(tokens))


def build_model(ctx):
    return Bigram(ctx.vocab_size)
