from torch import nn


class Head(nn.Sequential):
    def __init__(self, width, vocab):
        super().__init__(nn.LayerNorm(width), nn.Linear(width, vocab))
