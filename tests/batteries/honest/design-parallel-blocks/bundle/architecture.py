import torch
import torch.nn as nn
from torch.nn import functional as F
from einops import rearrange, repeat


def rotate_every_two(x):
    x = rearrange(x, "... (d two) -> ... d two", two=2)
    a, b = x.unbind(-1)
    return rearrange(torch.stack((-b, a), -1), "... d two -> ... (d two)")


class ParallelBlock(nn.Module):
    """y = x + Attention(LN(x)) + MLP(LN(x)), all projections in one matrix."""

    def __init__(self, dim, heads, head_dim, mult=4):
        super().__init__()
        self.heads = heads
        self.sizes = [heads * head_dim, head_dim, head_dim, mult * dim, mult * dim]
        self.norm = nn.LayerNorm(dim, bias=False)
        self.fused = nn.Linear(dim, sum(self.sizes), bias=False)
        self.attn_out = nn.Linear(heads * head_dim, dim, bias=False)
        self.ff_out = nn.Linear(mult * dim, dim, bias=False)

    def forward(self, x, sin, cos):
        q, k, v, ff, gate = self.fused(self.norm(x)).split(self.sizes, dim=-1)
        q = rearrange(q, "b n (h d) -> b h n d", h=self.heads)
        q, k = (t * cos + rotate_every_two(t) * sin for t in (q, k))
        sim = torch.einsum("bhid,bjd->bhij", q, k) * q.shape[-1] ** -0.5
        n = x.shape[1]
        sim = sim.masked_fill(torch.ones(n, n, dtype=torch.bool, device=x.device).triu(1), -torch.finfo(sim.dtype).max)
        out = torch.einsum("bhij,bjd->bhid", sim.softmax(-1), v)
        return x + self.attn_out(rearrange(out, "b h n d -> b n (h d)")) + self.ff_out(F.silu(gate) * ff)


class PaLM(nn.Module):
    def __init__(self, num_tokens, dim=96, depth=3, heads=4, head_dim=32):
        super().__init__()
        self.head_dim = head_dim
        self.emb = nn.Embedding(num_tokens, dim)
        nn.init.normal_(self.emb.weight, std=0.02)
        self.blocks = nn.ModuleList([ParallelBlock(dim, heads, head_dim) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim, bias=False)

    def forward(self, ids):
        inv = 10000 ** (-torch.arange(0, self.head_dim, 2, device=ids.device) / self.head_dim)
        angle = repeat(torch.arange(ids.shape[1], device=ids.device)[:, None] * inv, "n d -> n (d two)", two=2)
        x = self.emb(ids)
        for block in self.blocks:
            x = block(x, angle.sin(), angle.cos())
        logits = self.norm(x) @ self.emb.weight.t()
        return 20 * torch.tanh(logits / 20)


def build_model(ctx):
    return PaLM(num_tokens=ctx.vocab_size)
