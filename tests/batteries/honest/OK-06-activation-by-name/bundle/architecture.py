import torch
import torch.nn as nn
import torch.nn.functional as F

ACTIVATIONS = {"tanh": torch.tanh, "relu2": lambda x: F.relu(x) ** 2}


class Layer(nn.Module):
    def __init__(self, width, act="silu"):
        super().__init__()
        self.conv = nn.Conv1d(width, width, 4)
        if act in ACTIVATIONS:
            self.act = ACTIVATIONS[act]
        else:
            self.act = getattr(F, "gelu" if act == "gelu" else "silu")

    def forward(self, x):
        return x + self.act(self.conv(F.pad(x, (3, 0))))


class Stack(nn.Module):
    def __init__(self, vocab, width=48):
        super().__init__()
        self.e = nn.Embedding(vocab, width)
        self.layers = nn.Sequential(*(Layer(width, act) for act in ("silu", "gelu", "tanh", "relu2")))
        self.o = nn.Linear(width, vocab)
        for name in ("zeros_", "ones_"):
            getattr(nn.init, name)(self.o.bias)

    def forward(self, ids):
        return self.o(self.layers(self.e(ids).transpose(1, 2)).transpose(1, 2))


def build_model(ctx):
    return Stack(ctx.vocab_size)
