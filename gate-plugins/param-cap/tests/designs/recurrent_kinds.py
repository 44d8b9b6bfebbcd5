"""Designs that carry a state along the sequence: state spaces, linear attention, gated and associative recurrences."""

import math
from dataclasses import dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Config:
    vocab: int
    width: int = 32
    depth: int = 2
    heads: int = 4
    options: dict = field(default_factory=dict)

    @property
    def head_width(self) -> int:
        return self.width // self.heads


class Residual(nn.Module):
    """A token model of `depth` blocks `x + mixer(norm(x))`, `x + feed_forward(norm(x))`."""

    def __init__(self, config, mixer):
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab, config.width)
        self.mixers = nn.ModuleList([mixer(config) for _ in range(config.depth)])
        self.norms = nn.ModuleList([nn.LayerNorm(config.width) for _ in range(2 * config.depth + 1)])
        self.feed = nn.ModuleList([
            nn.Sequential(nn.Linear(config.width, 3 * config.width), nn.GELU(), nn.Linear(3 * config.width, config.width))
            for _ in range(config.depth)])
        self.head = nn.Linear(config.width, config.vocab, bias=False)

    def forward(self, tokens):
        x = self.embed(tokens)
        for at, (mixer, feed) in enumerate(zip(self.mixers, self.feed)):
            x = x + mixer(self.norms[2 * at](x))
            x = x + feed(self.norms[2 * at + 1](x))
        return self.head(self.norms[-1](x))


class TimeMix(nn.Module):
    """RWKV-4's time mixing with its numerically safe recurrence."""

    def __init__(self, config):
        super().__init__()
        width = config.width
        ramp = torch.arange(width) / (width - 1)
        self.decay = nn.Parameter(-5 + 8 * ramp**0.7)
        self.first = nn.Parameter(torch.ones(width) * math.log(0.3) + torch.tensor([(i + 1) % 3 - 1 for i in range(width)]) * 0.5)
        self.mix = nn.ParameterDict({name: nn.Parameter(ramp.view(1, 1, -1) ** power) for name, power in zip("kvr", (1.0, 1.0, 0.5))})
        self.shift = nn.ZeroPad2d((0, 0, 1, -1))
        self.key, self.value, self.receptance, self.output = (nn.Linear(width, width, bias=False) for _ in range(4))

    def forward(self, x):
        before = self.shift(x)
        k, v, r = (getattr(self, name)(x * self.mix[name[0]] + before * (1 - self.mix[name[0]]))
                   for name in ("key", "value", "receptance"))
        num = den = torch.zeros_like(x[:, 0])
        top = torch.full_like(num, -1e38)
        out = []
        for step in range(x.size(1)):
            kt, vt = k[:, step], v[:, step]
            new = torch.maximum(top, kt + self.first)
            a, b = torch.exp(top - new), torch.exp(kt + self.first - new)
            out.append((a * num + b * vt) / (a * den + b))
            new = torch.maximum(top - self.decay.exp(), kt)
            a, b = torch.exp(top - self.decay.exp() - new), torch.exp(kt - new)
            num, den, top = a * num + b * vt, a * den + b, new
        return self.output(torch.sigmoid(r) * torch.stack(out, dim=1))


def build_rwkv(ctx):
    return Residual(Config(ctx.vocab_size), TimeMix)


class Retention(nn.Module):
    """RetNet: a decay mask in parallel form, with group normalisation and a swish gate."""

    def __init__(self, config):
        super().__init__()
        self.heads = config.heads
        self.q, self.k, self.v, self.g, self.o = (nn.Linear(config.width, config.width, bias=False) for _ in range(5))
        self.norm = nn.GroupNorm(config.heads, config.width, affine=False)
        gamma = 1 - torch.exp(torch.linspace(math.log(1 / 32), math.log(1 / 512), config.heads))
        self.register_buffer("gamma", gamma, persistent=False)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (layer(x).view(b, t, self.heads, d // self.heads).transpose(1, 2) for layer in (self.q, self.k, self.v))
        index = torch.arange(t, device=x.device)
        distance = (index[:, None] - index[None, :]).float()
        decay = (self.gamma.view(-1, 1, 1) ** distance).masked_fill(distance < 0, 0.0)
        y = ((q @ k.transpose(-1, -2)) * decay / d**0.5) @ v
        y = self.norm(y.transpose(1, 2).reshape(b * t, d)).view(b, t, d)
        return self.o(F.silu(self.g(x)) * y)


def build_retention(ctx):
    return Residual(Config(ctx.vocab_size, width=48), Retention)


class Hyena(nn.Module):
    """Long implicit convolutions: filters from a small network over positions, applied by FFT."""

    def __init__(self, config, order=2, bands=8):
        super().__init__()
        self.order, width = order, config.width
        self.project = nn.Linear(width, (order + 1) * width)
        self.short = nn.Conv1d((order + 1) * width, (order + 1) * width, 3, padding=2, groups=(order + 1) * width)
        self.filter = nn.Sequential(nn.Linear(2 * bands + 1, 16), nn.SiLU(), nn.Linear(16, order * width, bias=False))
        self.bias = nn.Parameter(torch.randn(order, width))
        self.decay = nn.Parameter(torch.linspace(0.3, 1.5, width), requires_grad=False)
        self.out = nn.Linear(width, width)
        self.bands = bands

    def filters(self, length):
        t = torch.linspace(0, 1, length)[:, None]
        angles = 2 * math.pi * t * torch.arange(1, self.bands + 1)
        features = torch.cat([t, angles.sin(), angles.cos()], dim=-1)
        h = self.filter(features) * torch.exp(-t * self.decay.abs().repeat(self.order))
        return h.view(length, self.order, -1).permute(1, 2, 0)

    def forward(self, x):
        length = x.shape[1]
        u = self.short(self.project(x).transpose(1, 2))[..., :length]
        *gates, v = u.chunk(self.order + 1, dim=1)
        for h, bias, gate in zip(self.filters(length), self.bias, gates):
            spectrum = torch.fft.rfft(v, n=2 * length) * torch.fft.rfft(h, n=2 * length)
            v = gate * (torch.fft.irfft(spectrum, n=2 * length)[..., :length] + bias[:, None] * v)
        return self.out(v.transpose(1, 2))


def build_hyena(ctx):
    return Residual(Config(ctx.vocab_size), Hyena)


class DiagonalStateSpace(nn.Module):
    """S4D: complex diagonal states kept as real parameters, convolution kernel by a Vandermonde product."""

    def __init__(self, config, states=8):
        super().__init__()
        width = config.width
        self.log_step = nn.Parameter(torch.empty(width).uniform_(math.log(1e-3), math.log(1e-1)))
        self.log_real = nn.Parameter(torch.log(0.5 * torch.ones(width, states)))
        self.imaginary = nn.Parameter(math.pi * torch.arange(states).repeat(width, 1).float())
        self.c = nn.Parameter(torch.view_as_real(torch.randn(width, states, dtype=torch.cfloat)))
        self.skip = nn.Parameter(torch.randn(width))
        self.gate = nn.Sequential(nn.Conv1d(width, 2 * width, 1), nn.GLU(dim=-2))

    def forward(self, x):
        u, length = x.mT, x.size(1)
        step = torch.exp(self.log_step)
        a = -torch.exp(self.log_real) + 1j * self.imaginary
        da = a * step.unsqueeze(-1)
        c = torch.view_as_complex(self.c) * (torch.exp(da) - 1.0) / a
        powers = torch.exp(da.unsqueeze(-1) * torch.arange(length, device=x.device))
        kernel = 2 * torch.einsum("hn,hnl->hl", c, powers).real
        y = torch.fft.irfft(torch.fft.rfft(u, 2 * length) * torch.fft.rfft(kernel, 2 * length), 2 * length)[..., :length]
        return self.gate(F.gelu(y + u * self.skip[:, None])).mT


def build_s4d(ctx):
    return Residual(Config(ctx.vocab_size, width=24), DiagonalStateSpace)


class SelectiveScan(nn.Module):
    """Mamba's block, the scan written out."""

    def __init__(self, config, states=4, expand=2, kernel=4, rank=None):
        super().__init__()
        width, inner = config.width, expand * config.width
        self.rank, self.states = rank or math.ceil(width / 16), states
        self.into = nn.Linear(width, 2 * inner, bias=False)
        self.conv = nn.Conv1d(inner, inner, kernel, groups=inner, padding=kernel - 1)
        self.x_proj = nn.Linear(inner, self.rank + 2 * states, bias=False)
        self.dt_proj = nn.Linear(self.rank, inner)
        with torch.no_grad():
            dt = torch.exp(torch.rand(inner) * (math.log(0.1) - math.log(0.001)) + math.log(0.001)).clamp(min=1e-4)
            self.dt_proj.bias.copy_(dt + torch.log(-torch.expm1(-dt)))
        self.A_log = nn.Parameter(torch.log(torch.arange(1, states + 1, dtype=torch.float32).repeat(inner, 1)))
        self.A_log._no_weight_decay = True
        self.D = nn.Parameter(torch.ones(inner))
        self.out = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        length = x.size(1)
        x, z = self.into(x).chunk(2, dim=-1)
        x = F.silu(self.conv(x.transpose(1, 2))[:, :, :length].transpose(1, 2))
        dt, b, c = self.x_proj(x).split([self.rank, self.states, self.states], dim=-1)
        dt = F.softplus(self.dt_proj(dt))
        decay = torch.exp(dt.unsqueeze(-1) * -torch.exp(self.A_log))
        drive = dt.unsqueeze(-1) * b.unsqueeze(2) * x.unsqueeze(-1)
        state = x.new_zeros(*x.shape[::2], self.states)
        out = []
        for at in range(length):
            state = decay[:, at] * state + drive[:, at]
            out.append(torch.einsum("bdn,bn->bd", state, c[:, at]))
        return self.out((torch.stack(out, 1) + x * self.D) * F.silu(z))


def build_mamba(ctx):
    return Residual(Config(ctx.vocab_size), SelectiveScan)


class DeltaRule(nn.Module):
    """Fast weights written by the delta rule, one matrix a head."""

    def __init__(self, config):
        super().__init__()
        self.heads, self.width = config.heads, config.head_width
        self.qkv, self.beta = nn.Linear(config.width, 3 * config.width, bias=False), nn.Linear(config.width, config.heads)
        self.norm, self.out = nn.RMSNorm(self.width), nn.Linear(config.width, config.width, bias=False)

    def forward(self, x):
        b, t, _ = x.shape
        q, k, v = self.qkv(x).view(b, t, self.heads, 3, self.width).unbind(dim=3)
        q, k = F.normalize(F.silu(q), dim=-1), F.normalize(F.silu(k), dim=-1)
        beta = self.beta(x).sigmoid()[..., None]
        memory = x.new_zeros((b, self.heads, self.width, self.width))
        out = torch.empty_like(v)
        for at in range(t):
            old = torch.einsum("bhij,bhj->bhi", memory, k[:, at])
            memory = memory + torch.einsum("bhi,bhj->bhij", beta[:, at] * (v[:, at] - old), k[:, at])
            out[:, at] = torch.einsum("bhij,bhj->bhi", memory, q[:, at])
        return self.out(self.norm(out).flatten(2))


def build_fast_weights(ctx):
    return Residual(Config(ctx.vocab_size), DeltaRule)


class CumulativeLinear(nn.Module):
    """Linear attention by cumulative sums, feature map elu + 1."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.q, self.k, self.v, self.o = (nn.Linear(config.width, config.width) for _ in range(4))

    def forward(self, x):
        heads = lambda y: y.unflatten(-1, (self.config.heads, -1))
        q, k, v = F.elu(heads(self.q(x))) + 1, F.elu(heads(self.k(x))) + 1, heads(self.v(x))
        state = torch.einsum("bthi,bthj->bthij", k, v).cumsum(dim=1)
        norm = 1 / torch.einsum("bthi,bthi->bth", q, k.cumsum(1)).clamp_min(1e-6)
        return self.o(torch.einsum("bthi,bthij,bth->bthj", q, state, norm).flatten(-2))


def build_linear_attention(ctx):
    return Residual(Config(ctx.vocab_size), CumulativeLinear)


class MatrixMemory(nn.Module):
    """xLSTM's mLSTM in its parallel, stabilised form."""

    def __init__(self, config):
        super().__init__()
        self.heads = config.heads
        self.up, self.down = nn.Linear(config.width, 4 * config.width), nn.Linear(2 * config.width, config.width)
        self.q, self.k, self.v = (nn.Linear(2 * config.width, 2 * config.width, bias=False) for _ in range(3))
        self.gates = nn.Linear(2 * config.width, 2 * config.heads)
        nn.init.constant_(self.gates.bias[: config.heads].detach(), 3.0)
        self.norm = nn.LayerNorm(2 * config.width // config.heads)

    def forward(self, x):
        x, z = self.up(x).tensor_split(2, dim=-1)
        b, t, d = x.size()
        q, k, v = (f(x).reshape(b, t, self.heads, -1).movedim(2, 1) for f in (self.q, self.k, self.v))
        forget, put = self.gates(x).movedim(-1, 1).chunk(2, dim=1)
        total = F.logsigmoid(forget).cumsum(-1)
        log_d = total[..., :, None] - total[..., None, :] + put[..., None, :]
        log_d = log_d.masked_fill(torch.ones(t, t, dtype=torch.bool).triu(1), -torch.inf)
        top = log_d.amax(-1, keepdim=True)
        scores = q @ k.mT / math.sqrt(k.size(-1)) * (log_d - top).exp()
        y = scores / torch.maximum(scores.sum(-1, True).abs(), (-top).exp()) @ v
        return self.down(self.norm(y).transpose(1, 2).flatten(2) * F.silu(z))


def build_xlstm(ctx):
    return Residual(Config(ctx.vocab_size), MatrixMemory)


class SimpleRecurrent(nn.Module):
    """SRU, and QRNN's pooling: all products at once, then a cheap loop."""

    def __init__(self, config):
        super().__init__()
        self.gates = nn.Linear(config.width, 3 * config.width)
        self.v = nn.ParameterList([nn.Parameter(torch.zeros(config.width)) for _ in range(2)])
        self.quasi = nn.Conv1d(config.width, 3 * config.width, 2)

    def forward(self, x):
        new, forget, reset = self.gates(x).chunk(3, -1)
        c, out = torch.zeros_like(x[:, 0]), []
        for n, f, r, skip in zip(new.unbind(1), forget.unbind(1), reset.unbind(1), x.unbind(1)):
            f = torch.sigmoid(f + self.v[0] * c)
            c = torch.lerp(n, c, f)
            r = torch.sigmoid(r + self.v[1] * c)
            out.append(r * c.tanh() + (1 - r) * skip)
        x = torch.stack(out, 1)
        z, f, o = self.quasi(F.pad(x.mT, (1, 0))).mT.chunk(3, dim=2)
        f = f.sigmoid()
        # The pooling in closed form: products of the forget gates as sums of their logarithms.
        decay = f.clamp_min(1e-4).log().cumsum(1)
        return o.sigmoid() * ((z.tanh() * (1 - f) * (-decay).exp()).cumsum(1) * decay.exp())


def build_sru_and_qrnn(ctx):
    return Residual(Config(ctx.vocab_size), SimpleRecurrent)


class MinGated(nn.Module):
    """minGRU by a parallel scan in log space."""

    def __init__(self, config):
        super().__init__()
        self.z, self.h = nn.Linear(config.width, config.width), nn.Linear(config.width, config.width)

    @staticmethod
    def g(x):
        return torch.where(x >= 0, (F.relu(x) + 0.5).log(), -F.softplus(-x))

    def forward(self, x):
        k = self.z(x)
        log_z, log_coeffs, log_h = -F.softplus(-k), -F.softplus(k), self.g(self.h(x))
        first = self.g(torch.zeros_like(x[:, :1]))
        values = torch.cat([first, log_z + log_h], dim=1)
        star = F.pad(torch.cumsum(log_coeffs, dim=1), (0, 0, 1, 0))
        return torch.exp(star + torch.logcumsumexp(values - star, dim=1))[:, 1:]


def build_min_gru(ctx):
    return Residual(Config(ctx.vocab_size, depth=3), MinGated)


class Echo(nn.Module):
    """LRU: a complex diagonal recurrence with complex parameters, as they are."""

    def __init__(self, config, states=16):
        super().__init__()
        self.nu = nn.Parameter(torch.log(-torch.log(torch.rand(states) * 0.1 + 0.9)))
        self.theta = nn.Parameter(torch.log(2 * torch.pi * torch.rand(states)))
        self.b = nn.Parameter(torch.randn(states, config.width, dtype=torch.complex64) / math.sqrt(2 * config.width))
        self.c = nn.Parameter(torch.complex(torch.randn(config.width, states), torch.randn(config.width, states)))
        self.d = nn.Parameter(torch.randn(config.width))

    def forward(self, x):
        roots = torch.polar(torch.exp(-self.nu.exp()), self.theta.exp())
        gamma = torch.sqrt(1 - roots.abs() ** 2)
        drive = (x.to(self.b.dtype) @ self.b.T) * gamma
        state, out = torch.zeros_like(drive[:, 0]), []
        for step in drive.unbind(1):
            state = roots * state + step
            out.append(state)
        return (torch.stack(out, 1) @ self.c.mT).real + self.d * x


def build_complex_recurrence(ctx):
    return Residual(Config(ctx.vocab_size), Echo)
