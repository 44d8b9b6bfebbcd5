"""Selective state spaces (Gu & Dao 2023) without a kernel: chunks of a parallel scan, carried state between them."""

from __future__ import annotations

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

try:
    from mamba_ssm.ops.selective_scan_interface import selective_scan_fn
except ImportError:
    selective_scan_fn = None


def scan_chunk(decay: Tensor, drive: Tensor, state: Tensor) -> Tensor:
    """h[t] = decay[t] * h[t-1] + drive[t] within a chunk; all [B, L, D, N], state [B, D, N]."""
    # Hillis-Steele doubling: log2(L) steps instead of L.
    length = decay.shape[1]
    drive = torch.cat([drive[:, :1] + decay[:, :1] * state[:, None], drive[:, 1:]], dim=1)
    shift = 1
    while shift < length:
        before = F.pad(drive, (0, 0, 0, 0, shift, 0))[:, :length]
        gain = F.pad(decay, (0, 0, 0, 0, shift, 0), value=1.0)[:, :length]
        reach = torch.arange(length, device=decay.device).ge(shift).view(1, -1, 1, 1)
        drive = torch.where(reach, drive + decay * before, drive)
        decay = torch.where(reach, decay * gain, decay)
        shift *= 2
    return drive


class MambaMixer(nn.Module):
    def __init__(self, d_model: int, d_state: int = 8, d_conv: int = 4, expand: int = 2, dt_min=1e-3, dt_max=1e-1):
        super().__init__()
        self.d_inner = expand * d_model
        self.d_state = d_state
        self.dt_rank = math.ceil(d_model / 16)
        self.in_proj = nn.Linear(d_model, 2 * self.d_inner, bias=False)
        self.conv1d = nn.Conv1d(self.d_inner, self.d_inner, d_conv, groups=self.d_inner, padding=d_conv - 1)
        self.x_proj = nn.Linear(self.d_inner, self.dt_rank + 2 * d_state, bias=False)
        self.dt_proj = nn.Linear(self.dt_rank, self.d_inner, bias=True)
        nn.init.uniform_(self.dt_proj.weight, -(self.dt_rank**-0.5), self.dt_rank**-0.5)
        dt = torch.exp(torch.rand(self.d_inner) * (math.log(dt_max) - math.log(dt_min)) + math.log(dt_min)).clamp(min=1e-4)
        with torch.no_grad():
            self.dt_proj.bias.copy_(dt + torch.log(-torch.expm1(-dt)))  # inverse softplus
        A = torch.arange(1, d_state + 1, dtype=torch.float32).repeat(self.d_inner, 1)
        self.A_log = nn.Parameter(torch.log(A))
        self.A_log._no_weight_decay = True
        self.D = nn.Parameter(torch.ones(self.d_inner))
        self.out_proj = nn.Linear(self.d_inner, d_model, bias=False)

    def forward(self, u: Tensor) -> Tensor:
        length = u.shape[1]
        x, z = self.in_proj(u).chunk(2, dim=-1)
        x = F.silu(self.conv1d(x.transpose(1, 2))[..., :length].transpose(1, 2))
        dt, B, C = self.x_proj(x).split([self.dt_rank, self.d_state, self.d_state], dim=-1)
        dt = F.softplus(self.dt_proj(dt))
        A = -torch.exp(self.A_log.float())
        if selective_scan_fn is not None and u.is_cuda:
            y = selective_scan_fn(x.mT, dt.mT, A, B.mT, C.mT, self.D).mT
        else:
            y = self.reference(x, dt, A, B, C) + x * self.D
        return self.out_proj(y * F.silu(z))

    def reference(self, x: Tensor, dt: Tensor, A: Tensor, B: Tensor, C: Tensor, chunk: int = 32) -> Tensor:
        state = x.new_zeros(x.shape[0], self.d_inner, self.d_state)
        pieces = []
        for start in range(0, x.shape[1], chunk):
            at = slice(start, start + chunk)
            decay = torch.exp(dt[:, at, :, None] * A)
            drive = (dt[:, at] * x[:, at])[..., None] * B[:, at, None, :]
            states = scan_chunk(decay, drive, state)
            state = states[:, -1]
            pieces.append((states * C[:, at, None, :]).sum(-1))
        return torch.cat(pieces, dim=1)


class ResidualBlock(nn.Module):
    def __init__(self, d_model: int):
        super().__init__()
        self.norm = nn.LayerNorm(d_model)
        self.mixer = MambaMixer(d_model)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.mixer(self.norm(x))


class MambaLM(nn.Module):
    def __init__(self, vocab_size: int, d_model: int = 96, n_layer: int = 3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, d_model)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.layers = nn.ModuleList([ResidualBlock(d_model) for _ in range(n_layer)])
        self.norm_f = nn.LayerNorm(d_model)

    def forward(self, input_ids: Tensor) -> Tensor:
        x = self.embedding(input_ids)
        for layer in self.layers:
            x = layer(x)
        return self.norm_f(x) @ self.embedding.weight.T


def build_model(ctx) -> nn.Module:
    return MambaLM(ctx.vocab_size)
