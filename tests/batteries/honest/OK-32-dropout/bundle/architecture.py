import torch.nn.functional as F
from torch import nn


class Dropped(nn.Module):
    def __init__(self, vocab, width=64):
        super().__init__()
        self.emb, self.drop = nn.Embedding(vocab, width), nn.Dropout(0.2)
        self.rnn = nn.LSTM(width, width, 2, batch_first=True, dropout=0.1)
        self.head = nn.Linear(width, vocab)

    def forward(self, ids):
        x = F.dropout(self.emb(ids), 0.1, training=self.training)
        return self.head(self.drop(self.rnn(x)[0]))


def build_model(ctx):
    return Dropped(ctx.vocab_size)
