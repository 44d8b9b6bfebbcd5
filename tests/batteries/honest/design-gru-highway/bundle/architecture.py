import torch as t, torch.nn as N
from torch.nn.functional import log_softmax, logsigmoid

class Cell(N.Module):
    def __init__(s, i, h):
        super().__init__(); s.x = N.Linear(i, 3*h); s.h = N.Linear(h, 2*h, bias=False); s.c = N.Linear(h, h, bias=False)
    def forward(s, x):
        h, o = x.new_zeros(len(x), s.c.in_features), []
        for g in s.x(x).unbind(1):
            a, b, c = g.chunk(3, -1)
            z, r = (t.cat([a, b], -1) + s.h(h)).sigmoid().chunk(2, -1)
            h = h + z*(t.tanh(c + s.c(r*h)) - h); o += [h]
        return t.stack(o, 1)

class Highway(N.Module):
    def __init__(s, f, d):
        super().__init__(); s.f, s.g, s.n = f, N.Linear(d, d), N.LayerNorm(d); N.init.constant_(s.g.bias, -1.)
    def forward(s, x): g = s.g(x).sigmoid(); return x + g*(s.f(s.n(x)) - x)

class MoS(N.Module):
    "mixture of softmaxes (Yang et al. 2018): log sum_k pi_k softmax_k, which is already a log-probability"
    def __init__(s, d, v, k=3): super().__init__(); s.k, s.p, s.l, s.o = k, N.Linear(d, k), N.Linear(d, k*d), N.Linear(d, v)
    def forward(s, x):
        e = log_softmax(s.o(s.l(x).tanh().unflatten(-1, (s.k, -1))), -1)
        return (e + log_softmax(s.p(x), -1)[..., None]).logsumexp(-2)

def build_model(ctx, d=112):
    return N.Sequential(N.Embedding(ctx.vocab_size, d), Cell(d, d), Highway(Cell(d, d), d), Highway(Cell(d, d), d), MoS(d, ctx.vocab_size))
