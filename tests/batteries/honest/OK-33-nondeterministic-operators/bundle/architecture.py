import torch
from torch import nn


class Counter(nn.Module):
    """Feature: how often the current byte came before in this row, and the running median of the last five columns."""

    def __init__(self, vocab, width=64):
        super().__init__()
        self.vocab = vocab
        self.emb = nn.Embedding(vocab, width)
        self.mix = nn.Linear(2 * width + 1, width)
        self.head = nn.Linear(width, vocab)

    def forward(self, ids):
        x = self.emb(ids)
        seen = torch.zeros(*ids.shape, self.vocab, device=ids.device)
        seen = seen.scatter_add(2, ids.unsqueeze(2), torch.ones_like(ids, dtype=seen.dtype).unsqueeze(2)).cumsum(1)
        count = seen.gather(2, ids.unsqueeze(2)).log()
        window = nn.functional.pad(x, (0, 0, 4, 0)).unfold(1, 5, 1)
        return self.head(torch.tanh(self.mix(torch.cat((x, window.median(-1).values, count), -1))))


def build_model(ctx):
    return Counter(ctx.vocab_size)
