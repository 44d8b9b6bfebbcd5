import torch
from torch import nn


class Exact(nn.Module):
    def __init__(self, vocab, length, width=64):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocab, width), nn.Embedding(length, width)
        self.layer = nn.TransformerEncoderLayer(width, 4, 128, dropout=0.0, batch_first=True)
        self.head = nn.Linear(width, vocab)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(length))

    def forward(self, ids):
        n = ids.shape[1]
        x = self.tokens(ids) + self.positions(torch.arange(n, device=ids.device))
        return self.head(self.layer(x, src_mask=self.mask[:n, :n], is_causal=True))


def build_model(ctx):
    return Exact(ctx.vocab_size, ctx.sequence_length)
