"""Designs about what counts: tied, shared, lazy, parametrised, overridden, grown."""

import copy
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parametrizations
from torch.nn.utils.parametrize import register_parametrization


class Tokens(nn.Module):
    def __init__(self, vocab, width, body):
        super().__init__()
        self.embed, self.body, self.head = nn.Embedding(vocab, width), body, nn.LazyLinear(vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_lazy_linear(ctx):
    return Tokens(ctx.vocab_size, 20, nn.Sequential(nn.LazyLinear(28), nn.Tanh(), nn.LazyLinear(12, bias=False)))


class LazyConvolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.LazyConv1d(24, 3, padding=1), nn.LazyBatchNorm1d()

    def forward(self, x):
        return self.norm(self.conv(x.mT)).mT


def build_lazy_convolution(ctx):
    return Tokens(ctx.vocab_size, 20, LazyConvolution())


class Grown(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed, self.vocab, self.head = nn.Embedding(vocab, 16), vocab, None

    def forward(self, tokens):
        x = self.embed(tokens)
        if self.head is None:
            self.head = nn.Linear(x.shape[-1], self.vocab)
        return self.head(x)


def build_grown_at_the_first_forward(ctx):
    return Grown(ctx.vocab_size)


class Twice(nn.Module):
    def __init__(self, inner, times):
        super().__init__()
        self.inner, self.again = inner, [inner] * times
        self.listed = nn.ModuleList([inner, inner, copy.deepcopy(inner)])

    def forward(self, x):
        for one in self.listed:
            x = one(x)
        return x


def build_shared_modules(ctx):
    return Tokens(ctx.vocab_size, 16, Twice(nn.Linear(16, 16), 3))


def build_weight_norm(ctx):
    body = nn.Sequential(parametrizations.weight_norm(nn.Linear(16, 24)), nn.utils.weight_norm(nn.Linear(24, 16), dim=None))
    return Tokens(ctx.vocab_size, 16, body)


def build_spectral_norm(ctx):
    body = nn.Sequential(parametrizations.spectral_norm(nn.Linear(16, 24)), nn.utils.spectral_norm(nn.Linear(24, 16)))
    return Tokens(ctx.vocab_size, 16, body)


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).transpose(-1, -2)


class LowRank(nn.Module):
    def forward(self, a, b):
        return a @ b

    def right_inverse(self, weight):
        return weight[:, :3], weight[:3, :]


def build_own_parametrization(ctx):
    first, second = nn.Linear(16, 16), nn.Linear(16, 16)
    register_parametrization(first, "weight", Symmetric())
    register_parametrization(second, "weight", LowRank())
    return Tokens(ctx.vocab_size, 16, nn.Sequential(first, second))


class Dictionaries(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.tables = nn.ParameterDict({"in": nn.Parameter(torch.randn(vocab, 8)), "out": torch.randn(8, vocab)})
        self.maps = nn.ModuleDict([["a", nn.Linear(8, 8)], ["b", nn.Bilinear(8, 8, 8)]])
        self.maps.update({"c": nn.Identity()})
        del self.maps["c"]
        self.free = nn.ParameterList()
        for size in range(1, 4):
            self.free.append(nn.Parameter(torch.zeros(size, 8)))
        self.free += [nn.Parameter(torch.zeros(5))]

    def forward(self, tokens):
        x = F.embedding(tokens, self.tables["in"])
        for name, layer in self.maps.items():
            x = layer(x) if name == "a" else layer(x, x)
        return x @ self.tables["out"] + sum(one.sum() for one in self.free)


def build_dictionaries(ctx):
    return Dictionaries(ctx.vocab_size)


class Straight(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.sign()

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x.abs() <= 1)


class Binary(nn.Linear):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.scale = nn.Parameter(self.weight.detach().abs().mean(dim=1, keepdim=True))

    def forward(self, input):
        return F.linear(input, Straight.apply(self.weight) * self.scale, self.bias)


def build_autograd_function(ctx):
    return Tokens(ctx.vocab_size, 16, torch.compile(nn.Sequential(Binary(16, 16), nn.Hardtanh(), Binary(16, 8, bias=False))))


def build_random_widths(ctx):
    widths = [random.randint(8, 64) for _ in range(4)] + [random.choice([8, 16, 32])]
    layers = [nn.Linear(a, b) for a, b in zip([16, *widths], widths)]
    return Tokens(ctx.vocab_size, 16, nn.Sequential(*layers))


class Hooked(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 8)
        self.seen = []
        self.inner.register_forward_hook(lambda module, args, out: self.seen.append(out.shape))
        self.handle = self.inner.register_forward_pre_hook(lambda module, args: (args[0] * 2,))
        self.register_buffer("count", torch.zeros((), dtype=torch.long))
        self.inner.bias.requires_grad_(False)

    def forward(self, x):
        self.handle.remove()
        self.count += 1
        return self.inner(x)


def build_hooked(ctx):
    torch.manual_seed(ctx.seed)
    model = Tokens(ctx.vocab_size, 8, Hooked()).to(ctx.device)
    return model.train()


def build_pruned_and_replaced(ctx):
    model = nn.Sequential(nn.Embedding(ctx.vocab_size, 16), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 16), nn.LayerNorm(16))
    del model[1]
    model[2] = nn.Linear(16, 4)
    model.append(nn.Linear(16, ctx.vocab_size, bias=False)).insert(1, nn.Identity())
    model[3].weight = nn.Parameter(torch.empty(16, 16))
    model[3].bias = nn.Parameter(model[3].bias.new_zeros(16))
    model[3].weight.data = torch.empty(16, 16).uniform_(-1, 1)
    return model


class Buffers(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 8)
        self.register_buffer("big", torch.zeros(1000, 8))
        self.plain = torch.zeros(500)
        self.more = {"a": [torch.zeros(7)]}

    def forward(self, tokens):
        return (self.embed(tokens) + self.big[: tokens.size(1)]) @ self.embed.weight.T


def build_buffers_and_plain_tensors(ctx):
    return Buffers(ctx.vocab_size)
