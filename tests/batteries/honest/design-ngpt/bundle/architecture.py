"""nGPT (Loshchilov et al. 2024)."""
import torch
import torch.nn as nn
import torch.nn.functional as F


def unit(x, dim=-1):
    return F.normalize(x, dim=dim, eps=1e-8)


class Scale(nn.Module):
    """A vector learned as s * init / scale, so that its effective rate can be chosen."""

    def __init__(self, dim, init=1.0, scale=1.0):
        super().__init__()
        self.ratio = init / scale
        self.s = nn.Parameter(torch.full((dim,), scale))

    def forward(self):
        return self.s * self.ratio


class NormLinear(nn.Linear):
    """A bias-free layer whose vectors have length one along `axis`."""

    def __init__(self, i, o, axis=1):
        super().__init__(i, o, bias=False)
        self.axis = axis
        self.renormalise()

    @torch.no_grad()
    def renormalise(self):
        self.weight.copy_(unit(self.weight, self.axis))


class Sphere(nn.Module):
    def __init__(self, vocab, dim=128, heads=4, depth=3, longest=1024):
        super().__init__()
        self.heads, self.dim = heads, dim
        self.embedding = nn.Embedding(vocab, dim)
        with torch.no_grad():
            self.embedding.weight.copy_(unit(self.embedding.weight))
        self.parts = nn.ModuleList()
        for _ in range(depth):
            part = nn.ModuleDict()
            for name in ("q", "k", "v", "u", "g"):
                part[name] = NormLinear(dim, dim if name in "qkv" else 2 * dim)
            part["o"], part["d"] = NormLinear(dim, dim, 0), NormLinear(2 * dim, dim, 0)
            part["sqk"] = Scale(dim, 1.0, dim**-0.5)
            part["su"], part["sg"] = Scale(2 * dim), Scale(2 * dim)
            part["alpha_a"], part["alpha_m"] = Scale(dim, 0.2, dim**-0.5), Scale(dim, 0.2, dim**-0.5)
            self.parts.append(part)
        self.unembed, self.sz = NormLinear(dim, vocab), Scale(vocab, 8.0, dim**-0.5)
        theta = torch.outer(torch.arange(longest), 10000.0 ** -torch.linspace(0, 1, dim // heads // 2))
        self.register_buffer("theta", theta, persistent=False)

    def rope(self, x):
        t = self.theta[: x.size(-2)]
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack((a * t.cos() - b * t.sin(), a * t.sin() + b * t.cos()), -1).flatten(-2)

    def attention(self, part, h):
        split = lambda y: y.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # noqa: E731
        sqk = part["sqk"]().view(self.heads, 1, -1)
        q, k = (unit(self.rope(split(part[n](h)))) * sqk for n in "qk")
        y = F.scaled_dot_product_attention(q, k, split(part["v"](h)), is_causal=True, scale=(self.dim / self.heads) ** 0.5)
        return part["o"](y.transpose(1, 2).flatten(2))

    def mlp(self, part, h):
        u = part["u"](h) * part["su"]()
        v = part["g"](h) * part["sg"]() * self.dim**0.5
        return part["d"](u * F.silu(v))

    def forward(self, ids):
        h = self.embedding(ids)
        for part in self.parts:
            h = unit(h + part["alpha_a"]().abs() * (unit(self.attention(part, h)) - h))
            h = unit(h + part["alpha_m"]().abs() * (unit(self.mlp(part, h)) - h))
        return self.unembed(h) * self.sz()


def build_model(ctx):
    return Sphere(ctx.vocab_size, longest=max(1024, ctx.sequence_length))
