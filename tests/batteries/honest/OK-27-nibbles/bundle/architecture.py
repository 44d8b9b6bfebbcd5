"""log p(byte) = log p(high nibble) + log p(low nibble | high nibble); the separator has a logit of its own."""
import torch
from torch import nn


class Nibbles(nn.Module):
    def __init__(self, vocab, width=64):
        super().__init__()
        self.vocab = vocab
        self.high_in, self.low_in = nn.Embedding(17, width), nn.Embedding(16, width)
        self.rnn = nn.LSTM(width, width, batch_first=True)
        self.high, self.low = nn.Linear(width, 16), nn.Linear(width, 256)
        self.separator = nn.Linear(width, vocab - 256)

    def forward(self, ids):
        h, _ = self.rnn(self.high_in(ids // 16) + self.low_in(ids % 16))
        high = self.high(h).log_softmax(-1)
        low = self.low(h).unflatten(-1, (16, 16)).log_softmax(-1)
        return torch.cat(((high.unsqueeze(-1) + low).flatten(-2), self.separator(h) - 4), -1)


def build_model(ctx):
    return Nibbles(ctx.vocab_size)
