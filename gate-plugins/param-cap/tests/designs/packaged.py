"""A design spread over a package beside the entry file, with a guarded import of an absent module."""

import functools
import itertools
import typing as t

import parts.sizes
import torch
from parts import Mixer
from torch import Tensor, nn

from prism_challenge.evaluator.interface import PrismContext

try:
    import flash_attn_that_nobody_has as fast
except ImportError:
    fast = None

if t.TYPE_CHECKING:
    from somewhere import Unknown


class Model(nn.Module):
    def __init__(self, vocab: int, width: int = 24) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.mixers = nn.Sequential(*itertools.repeat(None, 0), *[Mixer(width) for _ in range(2)])
        self.head = functools.partial(nn.Linear, bias=fast is not None)(width, vocab)

    def forward(self, tokens: Tensor) -> "Unknown":
        assert tokens.shape[1] == parts.sizes.COLUMNS
        return self.head(self.mixers(self.embed(tokens)))


def build_packaged(ctx: PrismContext) -> nn.Module:
    with torch.no_grad():
        model = Model(ctx.vocab_size)
    return model
