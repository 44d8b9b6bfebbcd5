import torch
from torch import Tensor, nn
from einops import einsum, rearrange, reduce, repeat
from einops.layers.torch import Rearrange
from typing_extensions import Self, override


class LinearAttention(nn.Module):
    def __init__(self, d: int, h: int) -> None:
        super().__init__()
        self.split = nn.Sequential(nn.Linear(d, 3 * d), Rearrange("b t (three h c) -> three b h t c", three=3, h=h))
        self.out = nn.Linear(d, d)

    @override
    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.split(x)
        q, k = q.softmax(-1), k.exp() / 8
        weight = einsum(q, k, "b h i c, b h j c -> b h i j").tril()
        y = einsum(weight / reduce(weight, "b h i j -> b h i 1", "sum"), v, "b h i j, b h j c -> b h i c")
        return x + self.out(rearrange(y, "b h t c -> b t (h c)"))

    def frozen(self) -> Self:
        return self.requires_grad_(False)


class Net(nn.Module):
    def __init__(self, vocab: int) -> None:
        super().__init__()
        self.emb = nn.Embedding(vocab, 64)
        self.prefix = nn.Parameter(torch.zeros(64))
        self.layers = nn.Sequential(LinearAttention(64, 4), nn.LayerNorm(64), LinearAttention(64, 4), nn.LayerNorm(64))
        self.head = nn.Linear(64, vocab)

    @override
    def forward(self, ids: Tensor) -> Tensor:
        return self.head(self.layers(self.emb(ids) + repeat(self.prefix, "d -> b 1 d", b=len(ids))))


def build_model(ctx) -> nn.Module:
    return Net(ctx.vocab_size)
