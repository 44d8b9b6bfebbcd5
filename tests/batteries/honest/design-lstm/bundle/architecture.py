import torch
import torch.nn as nn


class LockedDropout(nn.Module):
    """The same channels are dropped at every time step."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or not self.p:
            return x
        mask = x.new_empty(x.size(0), 1, x.size(2)).bernoulli_(1 - self.p) / (1 - self.p)
        return x * mask.expand_as(x)


class LSTMLanguageModel(nn.Module):
    def __init__(self, ntoken, ninp=128, nhid=192, nlayers=2, dropout=0.1):
        super(LSTMLanguageModel, self).__init__()
        self.lockdrop = LockedDropout(dropout)
        self.encoder = nn.Embedding(ntoken, ninp)
        self.rnns = nn.ModuleList(
            nn.LSTM(ninp if layer == 0 else nhid, nhid if layer != nlayers - 1 else ninp, batch_first=True)
            for layer in range(nlayers))
        self.decoder = nn.Linear(ninp, ntoken)
        self.decoder.weight = self.encoder.weight
        self.init_weights()

    def init_weights(self):
        initrange = 0.1
        self.encoder.weight.data.uniform_(-initrange, initrange)
        self.decoder.bias.data.fill_(0)
        for rnn in self.rnns:
            for name, p in rnn.named_parameters():
                if name.startswith("weight_hh"):
                    for gate in p.data.chunk(4):
                        nn.init.orthogonal_(gate[:, : gate.size(0)])
                elif name.startswith("bias_ih"):
                    n = p.numel() // 4
                    p.data[n : 2 * n] = 1.0  # forget gate

    def forward(self, input, hidden=None):
        output = self.lockdrop(self.encoder(input))
        hidden = hidden or [None] * len(self.rnns)
        new_hidden = []
        for rnn, h in zip(self.rnns, hidden):
            output, h = rnn(output, h)
            new_hidden.append(h)
            output = self.lockdrop(output)
        return self.decoder(output), new_hidden


def build_model(ctx):
    return LSTMLanguageModel(ctx.vocab_size)
