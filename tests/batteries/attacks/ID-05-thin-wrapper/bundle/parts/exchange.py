import torch
from torch.nn import Bilinear, LayerNorm, Linear, Module, ModuleList

from .attention import CrossAttention


class Exchange(Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norms = ModuleList(LayerNorm(width) for _ in range(2))
        self.first = CrossAttention(width, heads)
        self.second = CrossAttention(width, heads)
        self.bridge = Bilinear(width, 8, width)
        self.narrow = Linear(width, 8)

    def forward(self, left, right):
        a, b = self.norms[0](left), self.norms[1](right)
        left = left + self.first(a, b)
        right = right + self.second(b, a)
        shared = self.bridge(left * torch.sigmoid(right), torch.tanh(self.narrow(right - left)))
        return left + shared, right - shared
