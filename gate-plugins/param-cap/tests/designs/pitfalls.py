"""Designs where a careless count goes wrong: what ties and unties, what depends on the batch, what only looks like a copy."""

import copy
import functools

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parametrizations, parametrize


class Tied(nn.Module):
    def __init__(self, vocab, width=12):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.mix = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, vocab, bias=False)
        self.head.weight = self.embed.weight
        self.register_buffer("scale", torch.ones(width))
        self.mix.register_buffer("scale", self.scale)

    def forward(self, tokens):
        return self.head(self.mix(self.embed(tokens) * self.scale)[0])


def build_tied(ctx):
    return Tied(ctx.vocab_size)


def build_untied_by_leaving_meta(ctx):
    with torch.device("meta"):
        model = Tied(ctx.vocab_size)
    return model.to_empty(device="cpu")


def build_tied_through_casts(ctx):
    return Tied(ctx.vocab_size).half().float().to("cpu", torch.float64).to(torch.float32)


def build_untied_by_assignment(ctx):
    model, other = Tied(ctx.vocab_size), Tied(ctx.vocab_size)
    state = {name: value.clone() for name, value in other.state_dict().items()}
    model.load_state_dict(state, assign=True)
    return model


def build_untied_by_data(ctx):
    model = Tied(ctx.vocab_size)
    model.head = nn.Linear(12, ctx.vocab_size, bias=False)
    model.head.weight.data = model.embed.weight.data
    return model


def build_deepcopied_with_its_ties(ctx):
    model = Tied(ctx.vocab_size)
    twin = copy.deepcopy(model)
    assert twin.head.weight is twin.embed.weight and twin.scale is twin.mix.scale
    return nn.Sequential(twin, nn.Linear(ctx.vocab_size, 3), copy.copy(nn.Linear(3, ctx.vocab_size)))


class PerRow(nn.Module):
    """Parameters as many as rows came first."""

    def __init__(self, vocab):
        super().__init__()
        self.embed, self.start = nn.Embedding(vocab, 10), nn.UninitializedParameter()
        self.head = nn.Linear(10, vocab)

    def forward(self, tokens):
        if isinstance(self.start, nn.UninitializedParameter):
            self.start.materialize((tokens.size(0) * 7, 10))
        return self.head(self.embed(tokens) + self.start.mean(0))


def build_as_many_as_rows(ctx):
    return PerRow(ctx.vocab_size)


class Own(nn.Parameter):
    """A parameter class with a constructor of its own."""

    def __new__(cls, *shape, scale=1.0):
        made = super().__new__(cls, torch.randn(*shape) * scale)
        made.scale = scale
        return made


class Custom(nn.Module):
    shared = {}

    def __new__(cls, *args, **kwargs):
        cls.shared.clear()
        return super().__new__(cls)

    def __init__(self, vocab, width=14):
        super().__init__()
        self.table = Own(vocab, width, scale=0.02)
        self.rows = nn.ParameterList(Own(width) for _ in range(3))
        for at, row in enumerate(self.rows):
            setattr(self, f"row{at}", row)
        self.view = nn.Parameter(self.table.data[:5])
        self.halves = nn.ParameterList(self.table.detach().clone().chunk(2))
        self.once = self.layer("once")
        self.twice = self.layer("once")
        self.calls = functools.lru_cache(maxsize=None)(lambda width: nn.Linear(width, width))
        self.cached = nn.ModuleList([self.calls(4), self.calls(4), self.calls(5)])

    def layer(self, name, width=14):
        return self.shared.setdefault(name, nn.Linear(width, width))

    def forward(self, tokens):
        x = F.embedding(tokens, self.table) + sum(self.rows)
        return self.twice(self.once(x)) @ self.table.t()


def build_own_parameters(ctx):
    return Custom(ctx.vocab_size)


class Property(nn.Module):
    """A weight that is computed, a parameter replaced by its transpose, one deleted, one set to None."""

    def __init__(self, vocab, width=8):
        super().__init__()
        self.low = nn.Parameter(torch.randn(vocab, 3))
        self.high = nn.Parameter(torch.randn(3, width))
        self.gone, self.none = nn.Parameter(torch.zeros(99)), nn.Parameter(torch.zeros(98))
        del self.gone
        self.none = None
        self.register_parameter("later", None)
        self.later = nn.Parameter(self.high.data.t().contiguous())
        self.body = nn.Sequential(*(nn.Linear(width, width) for _ in range(3)))
        self.body[1] = self.body[0]
        self.body[2].bias = None
        del self.body[2].bias
        self.body[2].register_parameter("bias", None)

    @property
    def table(self):
        return self.low @ self.high

    def forward(self, tokens):
        return self.body(F.embedding(tokens, self.table)) @ self.table.T


def build_computed_weights(ctx):
    return Property(ctx.vocab_size)


def build_parametrized_and_tied(ctx):
    first, second = nn.Linear(16, 16), nn.Linear(16, 16)
    second.weight = first.weight
    parametrizations.weight_norm(first)
    parametrizations.spectral_norm(second)
    model = nn.Sequential(nn.Embedding(ctx.vocab_size, 16), first, second, nn.Linear(16, ctx.vocab_size))
    model = copy.deepcopy(model)
    parametrize.remove_parametrizations(model[1], "weight")
    return model


def build_slices_and_repeats(ctx):
    block = nn.Sequential(nn.Linear(6, 6), nn.ReLU())
    tower = block * 3 + nn.Sequential(nn.Linear(6, 6))
    tower = tower[:-1]
    tower.insert(0, nn.Embedding(ctx.vocab_size, 6)).append(nn.Linear(6, ctx.vocab_size))
    tower.extend([nn.Identity()])
    del tower[-1]
    return tower


class Grows(nn.Module):
    """Adds a head for every width that it meets, in a function outside the class."""

    def __init__(self, vocab):
        super().__init__()
        self.embed, self.heads, self.vocab = nn.Embedding(vocab, 8), nn.ModuleDict(), vocab

    def forward(self, tokens):
        x = self.embed(tokens)
        return head_for(self, x.size(-1))(x)


def head_for(model, width):
    if str(width) not in model.heads:
        model.heads[str(width)] = nn.Linear(width, model.vocab)
    return model.heads[str(width)]


def build_grown_by_a_function(ctx):
    return Grows(ctx.vocab_size)


class Generated(nn.Module):
    """Modules out of generators, zips and comprehensions, some of them thrown away."""

    def __init__(self, vocab):
        super().__init__()
        sizes = (2**power for power in range(3, 6))
        layers = [nn.Linear(a, b) for a, b in zip(range(4, 9), range(5, 10))]
        self.kept = nn.ModuleList(layers[::2])
        self.named = nn.ModuleDict((f"s{size}", nn.Linear(size, 1)) for size in sizes)
        self.table = nn.Embedding(vocab, 4)
        self.table.extra = nn.Parameter(torch.empty(0, 5))
        self.scalar = nn.Parameter(torch.tensor(1.0))
        self.head = nn.LazyLinear(vocab)

    def forward(self, tokens):
        return self.head(F.pad(self.kept[0](self.table(tokens)), (0, 3)) * self.scalar)


def build_generated(ctx):
    return Generated(ctx.vocab_size)
