import math

import torch
import torch.nn.functional as fn
from torch import nn


class CrossAttention(nn.Module):
    """Queries of one stream against keys of the other, with a learned slope for distance."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.both = nn.Linear(width, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.slope = nn.Parameter(torch.linspace(-3.0, 0.0, heads))

    def forward(self, asking, told):
        rows, columns, width = asking.shape
        query = self.query(asking).view(rows, columns, self.heads, -1).transpose(1, 2)
        key, value = self.both(told).view(rows, columns, 2, self.heads, -1).permute(2, 0, 3, 1, 4)
        query = fn.normalize(query, dim=-1) * math.sqrt(width / self.heads)
        place = torch.arange(columns, device=asking.device)
        distance = (place[:, None] - place[None, :]).clamp(min=0)
        bias = -fn.softplus(self.slope)[:, None, None] * torch.log1p(distance)
        scores = query @ fn.normalize(key, dim=-1).transpose(-2, -1) + bias
        future = torch.ones(columns, columns, device=asking.device).triu(1).bool()
        weights = torch.softmax(scores.masked_fill(future, -1e9), dim=-1)
        return self.out((weights @ value).transpose(1, 2).flatten(2))
