from __future__ import annotations

from torch import Tensor, cat, einsum, nn, ones
import torch

CHUNK = 16


def gated_linear_attention(q: Tensor, k: Tensor, v: Tensor, log_g: Tensor) -> Tensor:
    """q, k, log_g: b h t d; v: b h t e. Output of S_t = diag(g_t) S_{t-1} + k_t v_t^T read with q_t."""
    b, h, t, d = q.shape
    pad = -t % CHUNK
    if pad:
        # zeros at the end: they come after everything that is read
        q, k, v, log_g = (cat([a, a.new_zeros(b, h, pad, a.shape[-1])], dim=2) for a in (q, k, v, log_g))
    q, k, v, log_g = (a.unflatten(2, (-1, CHUNK)) for a in (q, k, v, log_g))
    total = log_g.cumsum(dim=3)
    inside = ones(CHUNK, CHUNK, dtype=torch.bool, device=q.device).tril()
    # decay from s to t of one chunk, safe because it is at most 1: b h n t s d
    gap = (total.unsqueeze(4) - total.unsqueeze(3)).masked_fill(~inside[..., None], float("-inf"))
    scores = einsum("bhntd,bhnsd,bhntsd->bhnts", q, k, gap.exp())
    local = einsum("bhnts,bhnse->bhnte", scores, v)
    state, remote = q.new_zeros(b, h, d, v.shape[-1]), []
    for n in range(q.shape[2]):
        into = q[:, :, n] * total[:, :, n].exp()
        remote.append(einsum("bhtd,bhde->bhte", into, state))
        last = total[:, :, n, -1:]
        state = last.mT.exp() * state + einsum("bhtd,bhte->bhde", k[:, :, n] * (last - total[:, :, n]).exp(), v[:, :, n])
    out = local + torch.stack(remote, dim=2)
    return out.flatten(2, 3)[:, :, :t]


class GLA(nn.Module):
    def __init__(self, dim: int, heads: int, rank: int = 8, tau: float = 16.0) -> None:
        super().__init__()
        self.heads, self.tau = heads, tau
        self.q, self.k = nn.Linear(dim, dim // 2, bias=False), nn.Linear(dim, dim // 2, bias=False)
        self.v, self.gate = nn.Linear(dim, dim, bias=False), nn.Linear(dim, dim)
        self.forget = nn.Sequential(nn.Linear(dim, rank, bias=False), nn.Linear(rank, dim // 2))
        self.norm = nn.GroupNorm(heads, dim)
        self.out = nn.Linear(dim, dim, bias=False)

    def split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).movedim(-2, 1)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (self.split(f(x)) for f in (self.q, self.k, self.v))
        log_g = self.split(nn.functional.logsigmoid(self.forget(x)) / self.tau)
        y = gated_linear_attention(q * q.shape[-1] ** -0.5, k, v, log_g)
        y = y.movedim(1, -2).flatten(-2)
        # GroupNorm wants [N, C]: every column for itself
        y = self.norm(y.flatten(0, 1)).view_as(x)
        return self.out(y * nn.functional.silu(self.gate(x)))


class GatedMLP(nn.Module):
    def __init__(self, dim: int, mult: float = 2.5) -> None:
        super().__init__()
        inner = int(dim * mult)
        self.up, self.down = nn.Linear(dim, 2 * inner, bias=False), nn.Linear(inner, dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(nn.functional.glu(self.up(x)))


class Residual(nn.Module):
    def __init__(self, dim: int, inner: nn.Module) -> None:
        super().__init__()
        self.norm, self.inner = nn.LayerNorm(dim, bias=False), inner

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(self.norm(x))


def build_model(ctx) -> nn.Module:
    dim, heads, depth = 128, 4, 3
    body = [layer for _ in range(depth) for layer in (Residual(dim, GLA(dim, heads)), Residual(dim, GatedMLP(dim)))]
    return nn.Sequential(nn.Embedding(ctx.vocab_size, dim), *body, nn.LayerNorm(dim), nn.Linear(dim, ctx.vocab_size))
