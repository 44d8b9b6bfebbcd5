"""Designs about how a model is put together: factories, hypernetworks, adapters, sharing, meta devices, ensembles."""

import copy
import dataclasses
import enum
import functools
import itertools
import math
from typing import Callable, NamedTuple, Optional

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.utils.parametrize as parametrize
from torch.func import functional_call, stack_module_state, vmap
from torch.utils.checkpoint import checkpoint


class Kind(enum.Enum):
    RELU = "relu"
    SWIGLU = "swiglu"
    SQUARED = "squared"


@dataclasses.dataclass
class Settings:
    vocab_size: int
    width: int = 32
    hidden: Optional[int] = None
    layers: int = 3
    kind: Kind = Kind.SWIGLU
    norm: Callable[..., nn.Module] = functools.partial(nn.LayerNorm, eps=1e-6)

    def __post_init__(self):
        if self.hidden is None:
            self.hidden = 8 * math.ceil(8 * self.width / 3 / 8)

    @property
    def gated(self):
        return self.kind is Kind.SWIGLU


class FeedForward(nn.Module):
    def __init__(self, s: Settings):
        super().__init__()
        self.up = nn.Linear(s.width, s.hidden * (2 if s.gated else 1), bias=False)
        self.down = nn.Linear(s.hidden, s.width, bias=False)
        self.kind = s.kind

    def forward(self, x):
        x = self.up(x)
        if self.kind is Kind.SWIGLU:
            a, b = x.chunk(2, -1)
            return self.down(F.silu(a) * b)
        return self.down(F.relu(x).square() if self.kind is Kind.SQUARED else x.relu())


class Shift(nn.Module):
    """Mixes each token with the one before."""

    def __init__(self, width):
        super().__init__()
        self.mu = nn.Parameter(torch.full((width,), 0.5))

    def forward(self, x):
        before = torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1)
        return torch.lerp(before, x, self.mu)


class Net(nn.Module):
    def __init__(self, s: Settings, block=None):
        super().__init__()
        self.settings = s
        self.embed = nn.Embedding(s.vocab_size, s.width)
        make = block or (lambda: nn.Sequential(s.norm(s.width), Shift(s.width), FeedForward(s)))
        self.blocks = nn.ModuleList(make() for _ in range(s.layers))
        self.norm = s.norm(s.width)
        self.head = nn.Linear(s.width, s.vocab_size, bias=False)
        self.apply(self._init)
        for name, p in self.named_parameters():
            if name.endswith("down.weight"):
                nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * s.layers))

    @staticmethod
    def _init(module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.trunc_normal_(module.weight, std=0.02)
            if getattr(module, "bias", None) is not None:
                nn.init.zeros_(module.bias)

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            x = x + (checkpoint(block, x, use_reentrant=False) if self.training else block(x))
        return self.head(self.norm(x))


def build_dataclass_settings(ctx):
    return Net(Settings(ctx.vocab_size))


def build_replaced_settings(ctx):
    base = Settings(ctx.vocab_size, kind=Kind("squared"))
    return Net(dataclasses.replace(base, width=40, hidden=None, norm=nn.RMSNorm))


def build_albert(ctx):
    """One block for all layers."""
    s = Settings(ctx.vocab_size, layers=6)
    shared = nn.Sequential(nn.LayerNorm(s.width), Shift(s.width), FeedForward(s))
    net = Net(s, block=lambda: shared)
    net.head.weight = net.embed.weight
    assert sum(1 for _ in net.blocks.parameters()) == 5
    return net


class Universal(nn.Module):
    """A block applied again and again with adaptive halting, as sums and no branches."""

    def __init__(self, vocab, width=28, steps=4):
        super().__init__()
        self.steps = steps
        self.embed, self.time = nn.Embedding(vocab, width), nn.Embedding(steps, width)
        self.cell = nn.GRU(width, width, batch_first=True)
        self.halt = nn.Linear(width, 1)
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        x, left, out = self.embed(tokens), torch.ones(*tokens.shape, 1), 0.0
        for step, position in enumerate(self.time.weight):
            x = x + self.cell(x + position)[0]
            p = torch.sigmoid(self.halt(x)) if step < self.steps - 1 else torch.ones_like(left)
            out, left = out + left * p * x, left * (1 - p)
        return self.head(out)


def build_universal(ctx):
    return Universal(ctx.vocab_size)


class Hyper(nn.Module):
    """A network whose layers' weights another network writes from learnt codes."""

    def __init__(self, vocab, width=16, layers=3, code=6):
        super().__init__()
        self.width = width
        self.embed = nn.Embedding(vocab, width)
        self.codes = nn.Parameter(torch.randn(layers, code))
        self.writer = nn.Sequential(nn.Linear(code, 20), nn.Tanh(), nn.Linear(20, width * width + width))
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        for code in self.codes:
            weight, bias = self.writer(code).split([self.width**2, self.width])
            x = x + torch.tanh(F.linear(x, weight.view(self.width, self.width), bias))
        return self.head(x)


def build_hypernetwork(ctx):
    return Hyper(ctx.vocab_size)


class LowRank(nn.Module):
    """A frozen layer with a trainable low-rank update beside it."""

    def __init__(self, base: nn.Linear, rank=4, alpha=8.0):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(base.weight.new_empty(rank, base.in_features))
        self.b = nn.Parameter(base.weight.new_zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))
        self.scaling = alpha / rank

    def forward(self, x):
        return self.base(x) + x @ self.a.T @ self.b.T * self.scaling


def build_low_rank_adapters(ctx):
    net = Net(Settings(ctx.vocab_size))
    for parent in list(net.modules()):
        for name, child in parent.named_children():
            if isinstance(child, nn.Linear) and child is not net.head:
                setattr(parent, name, LowRank(child))
    net.head.weight.requires_grad_(False)
    return net


class Orthogonal(nn.Module):
    def forward(self, x):
        upper = x.triu(1)
        return torch.matrix_exp(upper - upper.mT)


class Doubled(nn.Module):
    def forward(self, x):
        return torch.cat([x, -x], 0)

    def right_inverse(self, x):
        return x[: len(x) // 2]


def build_parametrized(ctx):
    net = nn.Sequential(nn.Embedding(ctx.vocab_size, 16), nn.Linear(16, 16), nn.Linear(16, 8), nn.LazyLinear(ctx.vocab_size))
    parametrize.register_parametrization(net[1], "weight", Orthogonal())
    parametrize.register_parametrization(net[2], "weight", Doubled(), unsafe=True)
    assert parametrize.is_parametrized(net[1]) and net[1].weight.shape == (16, 16)
    return net


def build_from_meta(ctx):
    with torch.device("meta"):
        net = Net(Settings(ctx.vocab_size, width=24))
    assert all(p.is_meta for p in net.parameters())
    net = net.to_empty(device="cpu")
    for p in net.parameters():
        nn.init.normal_(p, std=0.02)
    layer = nn.utils.skip_init(nn.Linear, 24, 24, bias=False)
    net.blocks.append(layer)
    return net


class Stacked(nn.Module):
    """An ensemble in one vmap over stacked weights, which are the parameters."""

    def __init__(self, vocab, width=12, members=3):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        experts = [nn.Sequential(nn.Linear(width, 20), nn.ReLU(), nn.Linear(20, width)) for _ in range(members)]
        weights, buffers = stack_module_state(experts)
        self.weights = nn.ParameterDict({name.replace(".", "/"): nn.Parameter(value.detach()) for name, value in weights.items()})
        self.skeleton = [copy.deepcopy(experts[0]).to("meta")]
        self.gate, self.head = nn.Linear(width, members), nn.Linear(width, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        weights = {name.replace("/", "."): value for name, value in self.weights.items()}
        y = vmap(lambda w, inner: functional_call(self.skeleton[0], w, (inner,)), in_dims=(0, None))(weights, x)
        return self.head(torch.einsum("ebtd,bte->btd", y, self.gate(x).softmax(-1)))


def build_stacked_ensemble(ctx):
    return Stacked(ctx.vocab_size)


class Point(NamedTuple):
    logits: torch.Tensor
    state: torch.Tensor


class Registry(dict):
    def register(self, name):
        def add(cls):
            self[name] = cls
            return cls

        return add


REGISTRY = Registry()


@REGISTRY.register("tiny")
class Tiny(nn.Module):
    def __init__(self, vocab, *, sizes=(8, 16, 8), **unused):
        super().__init__()
        self.table = nn.Parameter(torch.empty(vocab, sizes[0]))
        torch.nn.init.orthogonal_(self.table)
        self.register_module("stack", nn.Sequential(*itertools.chain.from_iterable(
            (nn.Linear(a, b), nn.SiLU()) for a, b in itertools.pairwise(sizes))))
        self.add_module("tail", None)
        self.register_parameter("unused", None)
        self.register_buffer("step", torch.tensor(0), persistent=False)

    def forward(self, tokens) -> Point:
        h = self.stack(F.embedding(tokens, self.table))
        self.step += 1
        return Point(logits=h @ self.table.t(), state=h)


def build_registered(ctx):
    return REGISTRY["tiny"](ctx.vocab_size, depth=9)


class Frozen(nn.Module):
    """Random features that never learn, a copied and detached twin, and a state dict carried over."""

    def __init__(self, vocab):
        super().__init__()
        self.student = nn.Sequential(nn.Embedding(vocab, 16), nn.Linear(16, 32), nn.GELU(), nn.Linear(32, vocab))
        self.teacher = copy.deepcopy(self.student).requires_grad_(False).eval()
        self.teacher.load_state_dict({key: value.clone() for key, value in self.student.state_dict().items()})
        self.noise = nn.Parameter(torch.randn(16, 16), requires_grad=False)

    @torch.no_grad()
    def update(self, rate=0.99):
        for slow, fast in zip(self.teacher.parameters(), self.student.parameters()):
            slow.lerp_(fast, 1 - rate)

    def forward(self, tokens):
        with torch.inference_mode():
            soft = self.teacher(tokens)
        x = self.student[0](tokens) @ self.noise
        return self.student[1:](x) + soft.clone() * 0


def build_teacher_and_student(ctx):
    model = Frozen(ctx.vocab_size)
    model.update()
    return model
