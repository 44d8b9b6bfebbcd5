import math
import torch
from torch import einsum, nn


def slopes(n):
    """Head slopes as in the paper's own code, for any number of heads."""
    def power_of_2(n):
        start = 2 ** (-(2 ** -(math.log2(n) - 3)))
        return [start * start**i for i in range(n)]

    if math.log2(n).is_integer():
        return power_of_2(n)
    closest = 2 ** math.floor(math.log2(n))
    return power_of_2(closest) + slopes(2 * closest)[0::2][: n - closest]


class AlibiAttention(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        k = d // h
        bound = (3 / d) ** 0.5
        for name in "qkv":
            self.register_parameter(f"w{name}", nn.Parameter(torch.empty(h, d, k).uniform_(-bound, bound)))
        self.wo = nn.Parameter(torch.zeros(h, k, d))
        self.register_buffer("m", torch.tensor(slopes(h)))

    def forward(self, x):
        q, k, v = (einsum("btd,hdk->bhtk", x, w) for w in (self.wq, self.wk, self.wv))
        i = torch.arange(x.size(1), device=x.device)
        distance = i[:, None] - i[None, :]
        a = einsum("bhik,bhjk->bhij", q, k) / math.sqrt(q.size(-1)) - self.m[:, None, None] * distance
        a = torch.where(distance >= 0, a, -torch.inf).softmax(-1)
        return einsum("bhij,bhjk,hkd->bid", a, v, self.wo)


class GeGLU(nn.Module):
    def __init__(self, d, f):
        super().__init__()
        self.a, self.b, self.c = (nn.Linear(*s, bias=False) for s in ((d, f), (d, f), (f, d)))
        nn.init.zeros_(self.c.weight)

    def forward(self, x):
        return self.c(nn.functional.gelu(self.a(x)) * self.b(x))


class Alibi(nn.Module):
    def __init__(self, v, d=120, h=6, n=4):
        super().__init__()
        self.e = nn.Embedding(v, d)
        nn.init.normal_(self.e.weight, std=0.05)
        self.attn = nn.ModuleList(AlibiAttention(d, h) for _ in range(n))
        self.ff = nn.ModuleList(GeGLU(d, 2 * d) for _ in range(n))
        self.norms = nn.ParameterList(torch.ones(2, d) for _ in range(n))
        self.last = nn.LayerNorm(d)
        self.bias = nn.Parameter(torch.zeros(v))

    def forward(self, ids):
        x = self.e(ids)
        norm = nn.functional.rms_norm
        for attn, ff, g in zip(self.attn, self.ff, self.norms):
            x = x + attn(norm(x, x.shape[-1:], g[0]))
            x = x + ff(norm(x, x.shape[-1:], g[1]))
        return einsum("btd,vd->btv", self.last(x), self.e.weight) + self.bias


def build_model(ctx):
    return Alibi(ctx.vocab_size)
