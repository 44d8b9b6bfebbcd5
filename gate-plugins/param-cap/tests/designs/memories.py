"""Designs with memories, experts, routing, discrete codes and odd heads."""

import math
from collections import defaultdict

import torch
import torch.nn as nn
import torch.nn.functional as F
from einops_free import split_heads


class Turing(nn.Module):
    """A neural Turing machine: an LSTM cell that addresses a matrix by content, location and shift."""

    def __init__(self, vocab, width=24, slots=12, cell=16):
        super().__init__()
        self.slots, self.cell = slots, cell
        self.embed = nn.Embedding(vocab, width)
        self.controller = nn.LSTMCell(width + cell, width)
        self.read = nn.Linear(width, cell + 6)
        self.write = nn.Linear(width, 3 * cell + 6)
        self.register_buffer("blank", torch.full((slots, cell), 1e-6))
        self.h0, self.c0 = nn.Parameter(torch.zeros(1, width)), nn.Parameter(torch.zeros(1, width))
        self.head = nn.Linear(width + cell, vocab)
        for name, p in self.controller.named_parameters():
            nn.init.orthogonal_(p) if p.dim() > 1 else nn.init.zeros_(p)

    def address(self, memory, controls, before):
        key, strength, gate, shift, sharp = torch.split(controls, [self.cell, 1, 1, 3, 1], dim=-1)
        content = F.softmax(F.softplus(strength) * F.cosine_similarity(memory, key.tanh().unsqueeze(1), dim=-1), -1)
        mixed = torch.lerp(before, content, gate.sigmoid())
        shift = shift.softmax(-1)
        turned = sum(shift[:, at : at + 1] * mixed.roll(at - 1, dims=1) for at in range(3))
        powered = turned.clamp_min(1e-9) ** (1 + F.softplus(sharp))
        return powered / powered.sum(-1, keepdim=True)

    def forward(self, tokens):
        b, t = tokens.shape
        memory = self.blank.expand(b, *self.blank.shape)
        h, c = self.h0.expand(b, -1), self.c0.expand(b, -1)
        reading = torch.full((b, self.slots), 1.0 / self.slots)
        writing, seen, out = reading.clone(), memory.mean(1), []
        for x in self.embed(tokens[:, :32]).unbind(1):
            h, c = self.controller(torch.cat([x, seen], -1), (h, c))
            controls = self.write(h)
            erase, add = controls[:, -2 * self.cell :].chunk(2, -1)
            writing = self.address(memory, controls[:, : self.cell + 6], writing)
            memory = memory * (1 - writing.unsqueeze(-1) * erase.sigmoid().unsqueeze(1))
            memory = memory + writing[..., None] @ add.tanh()[:, None]
            reading = self.address(memory, self.read(h), reading)
            seen = torch.bmm(reading.unsqueeze(1), memory).squeeze(1)
            out.append(torch.cat([h, seen], -1))
        out = torch.stack(out, dim=1)
        return self.head(F.pad(out, (0, 0, 0, t - out.size(1))))


def build_turing_machine(ctx):
    return Turing(ctx.vocab_size)


class ProductKeys(nn.Module):
    """Lample's product-key memory: two small searches for the best of n * n values."""

    def __init__(self, width, keys=12, top=4, heads=2):
        super().__init__()
        self.keys_count, self.top, self.heads = keys, top, heads
        self.query = nn.Linear(width, heads * width)
        self.norm = nn.LayerNorm(width)
        self.keys = nn.Parameter(torch.randn(heads, 2, keys, width // 2))
        self.values = nn.EmbeddingBag(keys**2, width, mode="sum")

    def forward(self, x):
        b, t, d = x.shape
        q = self.norm(self.query(x).view(b * t, self.heads, d)).unflatten(-1, (2, d // 2))
        scores = torch.einsum("nhpd,hpkd->pnhk", q, self.keys)
        (s1, i1), (s2, i2) = (one.topk(self.top, dim=-1) for one in scores)
        all_scores = (s1[..., :, None] + s2[..., None, :]).flatten(-2)
        all_index = (i1[..., :, None] * self.keys_count + i2[..., None, :]).flatten(-2)
        best, places = all_scores.topk(self.top, dim=-1)
        index = all_index.gather(-1, places)
        weights = best.softmax(-1)
        return self.values(index.flatten(1), per_sample_weights=weights.flatten(1)).view(b, t, d)


class Experts(nn.Module):
    """A mixture whose tokens go to a fixed number of slots by sorting (expert choice), as batched products."""

    def __init__(self, width, experts=4, hidden=32, factor=1.5):
        super().__init__()
        self.gate = nn.Linear(width, experts, bias=False)
        self.w1 = nn.Parameter(torch.empty(experts, width, hidden))
        self.w2 = nn.Parameter(torch.empty(experts, hidden, width))
        for one in (self.w1, self.w2):
            nn.init.kaiming_uniform_(one, a=math.sqrt(5))
        self.experts, self.factor = experts, factor

    def forward(self, x):
        b, t, d = x.shape
        scores = self.gate(x).softmax(-1)
        slots = max(1, int(self.factor * t / self.experts))
        weights, chosen = scores.transpose(1, 2).topk(slots, dim=-1)
        picked = torch.gather(x.unsqueeze(1).expand(-1, self.experts, -1, -1), 2, chosen.unsqueeze(-1).expand(-1, -1, -1, d))
        y = torch.einsum("besd,edh->besh", picked, self.w1).relu()
        y = torch.einsum("besh,ehd->besd", y, self.w2) * weights[..., None]
        out = torch.zeros_like(x)
        return out.scatter_add(1, chosen.flatten(1).unsqueeze(-1).expand(-1, -1, d), y.flatten(1, 2))


class Routed(nn.Module):
    def __init__(self, vocab, width=32):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.layers = nn.ModuleDict({"memory": ProductKeys(width), "experts": Experts(width)})
        self.norms = nn.ModuleDict({name: nn.RMSNorm(width) for name in self.layers})
        self.conv = nn.Conv1d(width, width, 3, groups=width)
        self.head = nn.Linear(width, vocab)
        self.aux = defaultdict(float)

    def forward(self, tokens):
        x = self.embed(tokens)
        x = x + self.conv(F.pad(x.mT, (2, 0))).mT
        for name, layer in self.layers.items():
            y = layer(self.norms[name](x))
            self.aux[name] += y.pow(2).mean()
            x = x + y
        return {"logits": self.head(x), "aux": dict(self.aux)}["logits"]


def build_product_keys_and_experts(ctx):
    return Routed(ctx.vocab_size)


class Quantised(nn.Module):
    """A bottleneck of discrete codes with a straight-through gradient and moving averages as buffers."""

    def __init__(self, vocab, width=24, codes=32, groups=2):
        super().__init__()
        self.groups, self.codes = groups, codes
        self.embed = nn.Embedding(vocab, width)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.register_buffer("book", torch.randn(groups, codes, width // groups))
        self.register_buffer("size", torch.zeros(groups, codes))
        self.head = nn.Sequential(nn.Linear(width, width), nn.Hardswish(), nn.Linear(width, vocab))

    def forward(self, tokens):
        h, _ = self.rnn(self.embed(tokens))
        parts = split_heads(h, self.groups)
        distance = parts.pow(2).sum(-1, keepdim=True) - 2 * parts @ self.book.mT + self.book.pow(2).sum(-1)[:, None]
        index = distance.argmin(dim=-1)
        hot = F.one_hot(index, self.codes).type_as(parts)
        if self.training:
            with torch.no_grad():
                self.size.mul_(0.99).add_(hot.sum((0, 2)), alpha=0.01)
        picked = hot @ self.book
        picked = parts + (picked - parts).detach()
        return self.head(picked.transpose(1, 2).flatten(-2))


def build_discrete_codes(ctx):
    return Quantised(ctx.vocab_size)


class Highway(nn.Module):
    """Character windows, a highway, mixture of softmaxes and an adaptive head's probabilities."""

    def __init__(self, vocab, width=32, mixtures=3):
        super().__init__()
        self.mixtures, self.width = mixtures, width
        self.embed = nn.Embedding(vocab, width)
        self.windows = nn.ModuleList([nn.Conv1d(width, 12 * k, k) for k in (1, 2, 3)])
        size = sum(one.out_channels for one in self.windows)
        self.transform, self.gate = nn.Linear(size, size), nn.Linear(size, size)
        self.gate.bias.data.fill_(-2.0)
        self.prior = nn.Linear(size, mixtures, bias=False)
        self.latent = nn.Sequential(nn.Linear(size, mixtures * width), nn.Tanh())
        self.adaptive = nn.AdaptiveLogSoftmaxWithLoss(size, vocab, cutoffs=[32, 96], div_value=2.0)

    def forward(self, tokens):
        x = self.embed(tokens).mT
        x = torch.cat([conv(F.pad(x, (conv.kernel_size[0] - 1, 0))).relu() for conv in self.windows], dim=1).mT
        g = torch.sigmoid(self.gate(x))
        x = g * F.relu(self.transform(x)) + (1 - g) * x
        b, t, d = x.shape
        latent = self.latent(x).view(b, t, self.mixtures, self.width)
        probs = F.softmax(latent @ self.embed.weight.T, dim=-1)
        mixed = (self.prior(x).softmax(-1)[..., None] * probs).sum(2)
        return torch.logaddexp(torch.log(mixed + 1e-8), self.adaptive.log_prob(x.view(b * t, d)).view(b, t, -1))


def build_highway_and_mixture_of_softmaxes(ctx):
    return Highway(ctx.vocab_size)


class Learner(nn.Module):
    """Test-time training: a small weight is stepped by its own gradient, block by block, inside the forward."""

    def __init__(self, vocab, width=16, block=32):
        super().__init__()
        self.block = block
        self.embed, self.head = nn.Embedding(vocab, width), nn.Linear(width, vocab)
        self.q, self.k, self.v = (nn.Linear(width, width, bias=False) for _ in range(3))
        self.start = nn.Parameter(torch.eye(width) * 0.1)
        self.rate = nn.Parameter(torch.tensor(0.1))

    def forward(self, tokens):
        x = self.embed(tokens)
        state = self.start.expand(x.size(0), -1, -1)
        out = []
        for part in x.split(self.block, dim=1):
            k, v = self.k(part), self.v(part)
            out.append(self.q(part) @ state)
            with torch.enable_grad():
                inner = state.detach().requires_grad_()
                loss = 0.5 * (k.detach() @ inner - v.detach()).pow(2).sum()
                (gradient,) = torch.autograd.grad(loss, inner)
            state = state - self.rate * gradient
        return self.head(x + torch.cat(out, 1))


def build_test_time_training(ctx):
    return Learner(ctx.vocab_size)


class Jagged(nn.Module):
    """Layers of growing width, an inverted pyramid of strided means, cumulative maxima, sorted statistics."""

    def __init__(self, vocab, widths=(8, 12, 20)):
        super().__init__()
        self.embed = nn.Embedding(vocab, widths[0])
        self.steps = nn.ModuleList(nn.Linear(2 * a, b) for a, b in zip(widths, widths[1:]))
        self.stats = nn.Linear(5, widths[-1])
        self.head = nn.Linear(widths[-1], vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        counts = torch.arange(1, x.size(1) + 1).view(1, -1, 1)
        for at, step in enumerate(self.steps):
            mean = x.cumsum(dim=1).div(counts)
            x = F.leaky_relu(step(torch.cat([x, mean.index_select(1, torch.arange(x.size(1)))], -1)), 0.1, inplace=True)
        ends = x.cummax(dim=1).values.amax(-1, keepdim=True), x.cummin(dim=1)[0].amin(-1, True)
        spread = x.sort(dim=-1, descending=True).values[..., :2]
        stats = torch.cat([*ends, spread, x.std(-1, keepdim=True).nan_to_num()], -1)
        x[..., ::2] += 0.5
        x = torch.where(torch.isfinite(x), x, torch.zeros((), dtype=x.dtype))
        return self.head(x.masked_fill(x.abs() > 1e4, 0.0) + self.stats(stats).tanh_())


def build_running_statistics(ctx):
    return Jagged(ctx.vocab_size)


class Mixed(nn.Module):
    """Half precision under autocast, double where it matters, and a head in float again."""

    def __init__(self, vocab, width=32):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.LSTM(width, width, batch_first=True)
        self.up, self.down = nn.Linear(width, 64), nn.Linear(64, width).to(torch.bfloat16)
        self.sum = nn.Linear(width, width).double()
        self.head = nn.Linear(width, vocab)

    @torch.amp.autocast("cpu", dtype=torch.bfloat16)
    def feed(self, x):
        y = self.up(x)
        assert y.dtype == torch.bfloat16 and torch.is_autocast_enabled("cpu")
        return self.down(F.gelu(y))

    def forward(self, tokens):
        x, _ = self.body(self.embed(tokens))
        y = self.feed(x)
        with torch.autocast(device_type="cuda", enabled=False):
            z = self.sum(x.double()).cumsum(1).to(x)
        assert y.dtype is torch.bfloat16 and (x + y).dtype is torch.float32
        return self.head(x + y + z)


def build_mixed_precision(ctx):
    return Mixed(ctx.vocab_size)
