from torch import nn

from . import sizes
from .sizes import hidden


class Mixer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.columns = nn.Sequential(nn.Linear(sizes.COLUMNS, hidden(width)), nn.SiLU(), nn.Linear(hidden(width), sizes.COLUMNS))
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        return x + self.columns(self.norm(x).transpose(1, 2)).transpose(1, 2)
