"""Mixture of depths. Choosing the k best columns of a row would look ahead; here a column's own score decides."""

import torch
from torch import nn


class StraightThrough(torch.autograd.Function):
    """A hard choice forwards, the gradient of the soft score backwards."""

    @staticmethod
    def forward(ctx, score):
        return (score > 0.5).to(score.dtype)

    @staticmethod
    def backward(ctx, grad):
        return grad


class Routed(nn.Module):
    def __init__(self, inner, dim):
        super().__init__()
        self.inner = inner
        self.router = nn.Linear(dim, 1)
        nn.init.constant_(self.router.bias, 0.5)
        self.load = torch.zeros(())

    def forward(self, x):
        score = torch.sigmoid(self.router(x))
        taken = StraightThrough.apply(score)
        self.load = score.mean()
        return x + taken * score * self.inner(x, taken)


class SparseAttention(nn.Module):
    """Columns that were not taken are no keys either; each sees at least itself."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.back = nn.Linear(dim, dim)
        self.mlp = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 3 * dim), nn.GELU(), nn.Linear(3 * dim, dim))

    def forward(self, x, taken):
        n = x.shape[1]
        q, k, v = [y.reshape(*y.shape[:2], self.heads, -1).swapaxes(1, 2) for y in self.qkv(self.norm(x)).chunk(3, -1)]
        earlier = torch.ones(n, n, device=x.device).tril(-1).bool()
        allowed = (earlier & taken.detach().bool().mT) | torch.eye(n, device=x.device).bool()
        y = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=allowed[:, None])
        y = self.back(y.swapaxes(1, 2).reshape(x.shape))
        return y + self.mlp(x + y)


class MoD(nn.Module):
    def __init__(self, vocab, dim=96, heads=3, depth=4, longest=512):
        super().__init__()
        self.content, self.place = nn.Embedding(vocab, dim), nn.Embedding(longest, dim)
        self.blocks = nn.ModuleList(Routed(SparseAttention(dim, heads), dim) for _ in range(depth))
        self.readout = nn.Linear(dim, vocab)

    def forward(self, ids):
        x = self.content(ids) + self.place(torch.arange(ids.shape[1], device=ids.device))
        for block in self.blocks:
            x = block(x)
        return self.readout(x)

    @property
    def load(self):
        return torch.stack([block.load for block in self.blocks])


def build_model(ctx):
    return MoD(ctx.vocab_size, longest=max(512, ctx.sequence_length))
