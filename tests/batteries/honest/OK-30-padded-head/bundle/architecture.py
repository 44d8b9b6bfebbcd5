from torch import nn


class Padded(nn.Module):
    def __init__(self, vocab, width=64):
        super().__init__()
        self.vocab = vocab
        padded = -(-vocab // 64) * 64
        self.emb = nn.Embedding(padded, width)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.lm_head = nn.Linear(width, padded, bias=False)
        self.lm_head.weight = self.emb.weight

    def forward(self, ids):
        return self.lm_head(self.rnn(self.emb(ids))[0])[..., : self.vocab]


def build_model(ctx):
    return Padded(ctx.vocab_size)
