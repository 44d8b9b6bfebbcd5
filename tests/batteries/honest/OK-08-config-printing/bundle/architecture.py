from dataclasses import asdict, dataclass, field, fields, replace
import json

import torch
from torch import nn


@dataclass(frozen=True)
class Config:
    vocab: int
    width: int = 64
    layers: int = 2
    tags: list = field(default_factory=list)

    def show(self):
        values = asdict(self)
        for item in fields(self):
            print(f"{item.name:>10}: {values[item.name]}")
        print(json.dumps(asdict(self)))


class Net(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.embed = nn.Embedding(cfg.vocab, cfg.width)
        self.rnn = nn.RNN(cfg.width, cfg.width, cfg.layers, batch_first=True)
        self.head = nn.Linear(cfg.width, cfg.vocab)

    def forward(self, ids):
        return self.head(torch.relu(self.rnn(self.embed(ids))[0]))


def build_model(ctx):
    cfg = replace(Config(ctx.vocab_size), layers=2, tags=["rnn", "small"])
    cfg.show()
    return Net(cfg)
