"""A small LSTM.

No sockets, no subprocess, no requests, no pickle.load, no os.system(), no eval(...) and no __import__("os") anywhere.
"""
from torch import nn  # nothing else is needed: not ctypes, not importlib

NOTE = "import os; os.system('true') is text here and is never run"


class Plain(nn.Module):
    """Does not exec() or open() anything."""

    def __init__(self, size):
        super().__init__()
        self.embedding = nn.Embedding(size, 56)
        self.lstm = nn.LSTM(56, 56, batch_first=True)  # torch.load is not called
        self.head = nn.Linear(56, size)

    def forward(self, ids):
        # requests.get, urllib and http.client would not work in the jail
        return self.head(self.lstm(self.embedding(ids))[0])


def build_model(ctx):
    return Plain(ctx.vocab_size)
