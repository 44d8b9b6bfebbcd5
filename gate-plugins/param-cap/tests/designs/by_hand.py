"""Designs written out: attention, recurrences, mixtures, convolutions."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Optional

import torch
from torch import nn
from torch.nn import functional as F


@dataclass
class Config:
    vocab: int
    width: int = 64
    heads: int = 4
    groups: int = 2
    layers: int = 3
    length: int = 256
    dropout: float = 0.1
    rates: list[float] = field(default_factory=list)


class CausalAttention(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        assert config.width % config.heads == 0
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.out.RESIDUAL_SCALE = 1
        self.register_buffer("mask", torch.tril(torch.ones(config.length, config.length)).view(1, 1, config.length, -1))

    def forward(self, x):
        b, t, c = x.size()
        q, k, v = self.qkv(x).split(c, dim=2)
        q, k, v = (one.view(b, t, self.heads, c // self.heads).transpose(1, 2) for one in (q, k, v))
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.mask[:, :, :t, :t] == 0, float("-inf"))
        y = F.softmax(att, dim=-1) @ v
        return self.out(y.transpose(1, 2).contiguous().view(b, t, c))


class Block(nn.Module):
    def __init__(self, config: Config, rate: float):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.attn = CausalAttention(config)
        self.mlp = nn.ModuleDict(dict(
            up=nn.Linear(config.width, 4 * config.width), act=nn.GELU(approximate="tanh"),
            down=nn.Linear(4 * config.width, config.width)))
        self.rate = rate

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        m = self.mlp
        return x + m["down"](m.act(m.up(self.ln_2(x)))) * (1 - self.rate)


class GPT(nn.Module):
    def __init__(self, config: Config, tied: bool = True):
        super().__init__()
        self.transformer = nn.ModuleDict(dict(
            wte=nn.Embedding(config.vocab, config.width), wpe=nn.Embedding(config.length, config.width),
            drop=nn.Dropout(config.dropout),
            h=nn.ModuleList([Block(config, rate) for rate in config.rates]), ln_f=nn.LayerNorm(config.width)))
        self.lm_head = nn.Linear(config.width, config.vocab, bias=False)
        if tied:
            self.transformer.wte.weight = self.lm_head.weight
        self.apply(self._init_weights)
        for name, p in self.named_parameters():
            if name.endswith("out.weight"):
                torch.nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * config.layers))

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
        elif hasattr(module, "weight") and module.weight is not None:
            with torch.no_grad():
                module.weight.fill_(1.0)

    def forward(self, idx, targets: Optional[torch.Tensor] = None):
        b, t = idx.shape
        pos = torch.arange(0, t, dtype=torch.long, device=idx.device)
        x = self.transformer.drop(self.transformer.wte(idx) + self.transformer.wpe(pos))
        for block in self.transformer.h:
            x = block(x)
        logits = self.lm_head(self.transformer.ln_f(x))
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1)
        return logits, loss


def build_gpt_tied(ctx):
    rates = [x.item() for x in torch.linspace(0, 0.1, 3)]
    return GPT(Config(ctx.vocab_size, rates=rates))


def build_gpt_untied(ctx):
    return GPT(Config(ctx.vocab_size, rates=torch.linspace(0, 0.2, 4).tolist()), tied=False)


class GroupedAttention(nn.Module):
    """Grouped queries, rotary positions by complex numbers, a sliding mask."""

    def __init__(self, c: Config):
        super().__init__()
        self.c, self.d = c, c.width // c.heads
        self.q = nn.Linear(c.width, c.heads * self.d, bias=False)
        self.kv = nn.Linear(c.width, 2 * c.groups * self.d, bias=False)
        self.o = nn.Linear(c.width, c.width, bias=False)
        inverse = 1.0 / (10000 ** (torch.arange(0, self.d, 2)[: self.d // 2].float() / self.d))
        angles = torch.outer(torch.arange(c.length), inverse)
        self.register_buffer("freqs", torch.polar(torch.ones_like(angles), angles), persistent=False)
        self.q_scale = nn.Parameter(torch.ones(c.heads, 1, 1))

    def rotate(self, x):
        z = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2)) * self.freqs[: x.shape[-2]]
        return torch.view_as_real(z).flatten(3).type_as(x)

    def forward(self, x):
        b, t, _ = x.shape
        q = self.q(x).view(b, t, self.c.heads, self.d).transpose(1, 2)
        k, v = self.kv(x).view(b, t, 2, self.c.groups, self.d).permute(2, 0, 3, 1, 4).unbind(0)
        q, k = self.rotate(F.normalize(q, dim=-1) * self.q_scale), self.rotate(k)
        k, v = (one.repeat_interleave(self.c.heads // self.c.groups, dim=1) for one in (k, v))
        i = torch.arange(t, device=x.device)
        mask = (i[:, None] >= i[None, :]) & (i[:, None] - i[None, :] < 32)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o(y.transpose(1, 2).reshape(b, t, -1))


class SwiGLU(nn.Module):
    def __init__(self, width):
        super().__init__()
        hidden = 32 * math.ceil(8 * width / 3 / 32)
        self.w1, self.w2, self.w3 = (nn.Linear(width, hidden, bias=False), nn.Linear(hidden, width, bias=False),
                                     nn.Linear(width, hidden, bias=False))

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class Llama(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.embed = nn.Embedding(c.vocab, c.width)
        self.layers = nn.ModuleList()
        for _ in range(c.layers):
            self.layers.append(nn.ModuleList([nn.RMSNorm(c.width), GroupedAttention(c), nn.RMSNorm(c.width), SwiGLU(c.width)]))
        self.norm = nn.RMSNorm(c.width)
        self.gates = nn.ParameterList([torch.zeros(c.width) for _ in range(c.layers)])

    def forward(self, tokens):
        x = self.embed(tokens)
        for (n1, attention, n2, mlp), gate in zip(self.layers, self.gates):
            x = x + attention(n1(x)) * torch.sigmoid(gate)
            x = x + mlp(n2(x))
        return 30 * torch.tanh(F.linear(self.norm(x), self.embed.weight) / 30)


def build_llama(ctx):
    return Llama(Config(ctx.vocab_size))


class Experts(nn.Module):
    """Top-2 of 6 experts, dense dispatch by einsum."""

    def __init__(self, width, count=6, k=2):
        super().__init__()
        self.router = nn.Linear(width, count, bias=False)
        self.up = nn.Parameter(torch.empty(count, width, 2 * width))
        self.down = nn.Parameter(torch.empty(count, 2 * width, width))
        self.k, self.count = k, count
        nn.init.kaiming_uniform_(self.up, a=math.sqrt(5))
        nn.init.trunc_normal_(self.down, std=0.02)

    def forward(self, x):
        scores, chosen = self.router(x).softmax(-1).topk(self.k, dim=-1)
        weights = torch.zeros(*x.shape[:-1], self.count, device=x.device).scatter(-1, chosen, scores)
        weights = weights + F.one_hot(chosen[..., 0], self.count).float() * 0
        hidden = F.gelu(torch.einsum("btd,edh->bteh", x, self.up))
        return torch.einsum("bteh,ehd,bte->btd", hidden, self.down, weights)


class Mixture(nn.Module):
    def __init__(self, vocab, width=48):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.blocks = nn.Sequential(*(Experts(width) for _ in range(2)))
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.blocks(self.embed(tokens)))


def build_mixture(ctx):
    return Mixture(ctx.vocab_size)


class StateSpace(nn.Module):
    """A selective state space, scanned step by step."""

    def __init__(self, width, state=8):
        super().__init__()
        self.inner, self.state = 2 * width, state
        self.rank = math.ceil(width / 16)
        self.in_proj = nn.Linear(width, 2 * self.inner, bias=False)
        self.conv = nn.Conv1d(self.inner, self.inner, 4, groups=self.inner, padding=3)
        self.x_proj = nn.Linear(self.inner, self.rank + 2 * state, bias=False)
        self.dt_proj = nn.Linear(self.rank, self.inner)
        self.A_log = nn.Parameter(torch.log(torch.arange(1, state + 1, dtype=torch.float32).repeat(self.inner, 1)))
        self.D = nn.Parameter(torch.ones(self.inner))
        self.A_log._no_weight_decay = True
        self.out_proj = nn.Linear(self.inner, width, bias=False)

    def forward(self, x):
        b, t, _ = x.shape
        x, gate = self.in_proj(x).chunk(2, dim=-1)
        x = F.silu(self.conv(x.transpose(1, 2))[..., :t].transpose(1, 2))
        dt, B, C = self.x_proj(x).split([self.rank, self.state, self.state], dim=-1)
        dt = F.softplus(self.dt_proj(dt))
        A = -torch.exp(self.A_log)
        h, out = x.new_zeros(b, self.inner, self.state), torch.zeros_like(x)
        for i in range(t):
            h = torch.exp(dt[:, i, :, None] * A) * h + (dt[:, i] * x[:, i]).unsqueeze(-1) * B[:, i].unsqueeze(1)
            out[:, i] = (h * C[:, i, None, :]).sum(-1)
        return self.out_proj((out + x * self.D) * F.silu(gate))


class StateSpaceModel(nn.Module):
    def __init__(self, vocab, width=32):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.mixers = nn.ModuleList(StateSpace(width) for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))

    def forward(self, tokens):
        x = self.embed(tokens)
        for mixer, norm in zip(self.mixers, self.norms):
            x = x + mixer(norm(x))
        return x @ self.embed.weight.t()


def build_state_space(ctx):
    return StateSpaceModel(ctx.vocab_size)


class OwnGRU(nn.Module):
    def __init__(self, vocab, width=40):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        for gate in "zrh":
            setattr(self, f"w_{gate}", nn.Parameter(torch.randn(width, width) / width**0.5))
            self.register_parameter(f"u_{gate}", nn.Parameter(torch.eye(width)))
            self.register_parameter(f"b_{gate}", None if gate == "h" else nn.Parameter(torch.zeros(width)))
        self.head = nn.Linear(width, vocab)
        self.start = nn.Parameter(torch.zeros(1, width), requires_grad=False)

    def forward(self, tokens):
        x, h, out = self.embed(tokens), self.start.expand(tokens.shape[0], -1), []
        for t in range(x.shape[1]):
            z = torch.sigmoid(torch.addmm(self.b_z, x[:, t], self.w_z) + h @ self.u_z)
            r = torch.sigmoid(x[:, t].mm(self.w_r) + h.mm(self.u_r) + self.b_r)
            c = torch.tanh(x[:, t] @ self.w_h + (r * h) @ self.u_h)
            h = torch.lerp(h, c, z)
            out += [h]
        return self.head(torch.stack(out, 1))


def build_own_gru(ctx):
    return OwnGRU(ctx.vocab_size)


class LinearAttention(nn.Module):
    """A decaying linear attention with cumulative sums, a convolution by FFT and a low-rank mix."""

    def __init__(self, vocab, width=32):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.kernel = nn.Parameter(torch.randn(width, 64) * 0.02)
        self.low, self.high = nn.Parameter(torch.randn(width, 4)), nn.Parameter(torch.randn(4, width))
        self.decay = nn.Parameter(torch.linspace(0.9, 0.99, width))

    def forward(self, tokens):
        x = self.embed(tokens)
        t = x.size(-2)
        q, k, v = torch.tensor_split(self.qkv(x), 3, dim=-1)
        q, k = F.elu(q) + 1, F.elu(k) + 1
        numerator = torch.einsum("btd,btde->bte", q, torch.cumsum(k.unsqueeze(-1) * v.unsqueeze(-2), dim=1))
        y = numerator / (q * k.cumsum(1)).sum(-1, keepdim=True).clamp(min=1e-6)
        kernel = F.pad(self.kernel, (0, t))[:, :t]
        z = torch.fft.irfft(torch.fft.rfft(x.mT, n=2 * t) * torch.fft.rfft(kernel, n=2 * t), n=2 * t)[..., :t]
        y = y + z.transpose(-1, -2) * self.decay.pow(2) + x @ self.low @ self.high
        return F.log_softmax(y @ self.embed.weight.T, dim=-1)


def build_linear_attention(ctx):
    return LinearAttention(ctx.vocab_size)


class Unrolled(nn.Module):
    """Hyper-connections, shifts, gathers and masks of every kind."""

    def __init__(self, vocab, width=24, streams=3):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.mix = nn.Parameter(torch.eye(streams).unsqueeze(0).repeat(2, 1, 1))
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(2)])
        self.streams = streams
        self.head = nn.Linear(width * streams, vocab)
        self.register_buffer("shift", torch.tensor([0, 1, 2]))

    def forward(self, tokens):
        x = self.embed(tokens)[:, :, None, :].expand(-1, -1, self.streams, -1).clone()
        before = torch.roll(x, 1, dims=1)
        before[:, 0] = 0
        for mix, layer in zip(self.mix, self.layers):
            x = torch.tensordot(x, mix, dims=([2], [0])).movedim(-1, 2)
            x[..., 0, :] += layer(before[:, :, 1])
        order = self.shift.view(1, 1, -1, 1).expand_as(x)
        x = torch.where(x > 0, x, x.gather(2, order)).masked_fill(torch.isnan(x), 0.0)
        x = x[:, :, self.shift] + torch.index_select(x, 2, self.shift)
        return self.head(x.flatten(start_dim=-2))


def build_unrolled(ctx):
    return Unrolled(ctx.vocab_size)
