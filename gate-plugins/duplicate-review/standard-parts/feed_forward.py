import torch
import torch.nn.functional as F
from torch import nn


class SwiGLULlama(nn.Module):
    def __init__(self, dim, hidden, multiple_of=256):
        super().__init__()
        hidden = int(2 * hidden / 3)
        hidden = multiple_of * ((hidden + multiple_of - 1) // multiple_of)
        self.w1 = nn.Linear(dim, hidden, bias=False)
        self.w2 = nn.Linear(hidden, dim, bias=False)
        self.w3 = nn.Linear(dim, hidden, bias=False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class SwiGLUChunked(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.gate_up = nn.Linear(dim, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, dim, bias=False)

    def forward(self, x):
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        return self.down(F.silu(gate) * up)


class SwiGLUModule(nn.Module):
    def __init__(self, dim, hidden, dropout=0.0):
        super().__init__()
        self.gate = nn.Linear(dim, hidden)
        self.up = nn.Linear(dim, hidden)
        self.down = nn.Linear(hidden, dim)
        self.act = nn.SiLU()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        return self.dropout(self.down(self.act(self.gate(x)) * self.up(x)))


class GEGLU(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.proj = nn.Linear(dim, 2 * hidden)
        self.gate = nn.Linear(dim, hidden)
        self.up = nn.Linear(dim, hidden)
        self.out = nn.Linear(hidden, dim)

    def forward(self, x):
        a, b = self.proj(x).chunk(2, dim=-1)
        return self.out(F.gelu(a) * b)

    def separate(self, x):
        return self.out(F.gelu(self.gate(x)) * self.up(x))

    def sigmoid(self, x):
        a, b = self.proj(x).chunk(2, dim=-1)
        return self.out(torch.sigmoid(a) * b)


class MLP(nn.Module):
    def __init__(self, dim, mult=4, dropout=0.1):
        super().__init__()
        self.c_fc = nn.Linear(dim, mult * dim)
        self.gelu = nn.GELU()
        self.c_proj = nn.Linear(mult * dim, dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        x = self.c_fc(x)
        x = self.gelu(x)
        x = self.c_proj(x)
        x = self.dropout(x)
        return x

    def functional(self, x):
        return self.dropout(self.c_proj(F.gelu(self.c_fc(x))))

    def plain(self, x):
        return self.c_proj(F.gelu(self.c_fc(x)))

    def squared_relu(self, x):
        return self.c_proj(F.relu(self.c_fc(x)).square())

    def relu(self, x):
        return self.dropout(self.c_proj(F.relu(self.c_fc(x))))

    def silu(self, x):
        return self.c_proj(F.silu(self.c_fc(x)))


class SequentialMLP(nn.Module):
    def __init__(self, dim, dropout):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(dim, 4 * dim),
            nn.GELU(),
            nn.Linear(4 * dim, dim),
            nn.Dropout(dropout),
        )
        self.relu = nn.Sequential(nn.Linear(dim, 4 * dim), nn.ReLU(), nn.Linear(4 * dim, dim), nn.Dropout(dropout))
        self.short = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x):
        return self.net(x) + self.relu(x) + self.short(x)
