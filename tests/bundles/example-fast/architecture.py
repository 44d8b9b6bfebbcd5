"""A byte-level model of gated causal convolutions, about a quarter of a million parameters.

Each block mixes the last few bytes at a growing distance, so four blocks see 120 bytes back. Nothing here trains
otherwise than it predicts (LayerNorm sees one column, there is no BatchNorm), as `ctx.stream` asks.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from prism_challenge.evaluator.interface import PrismContext

WIDTH = 128
TAPS = 4
DILATIONS = (1, 3, 9, 27)


class Block(nn.Module):
    """A depthwise convolution over earlier columns, then a gated projection."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.reach = (TAPS - 1) * dilation
        self.norm = nn.LayerNorm(WIDTH)
        self.mix = nn.Conv1d(WIDTH, WIDTH, TAPS, dilation=dilation, groups=WIDTH)
        self.gate = nn.Linear(WIDTH, 2 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        # Padded on the left alone, so that a column sees itself and earlier ones.
        mixed = self.mix(F.pad(self.norm(x).mT, (self.reach, 0))).mT
        value, gate = self.gate(mixed).chunk(2, dim=-1)
        return x + self.out(value * F.silu(gate))


class ConvNet(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab_size, WIDTH)
        self.blocks = nn.Sequential(*(Block(dilation) for dilation in DILATIONS))
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits [rows, columns, vocab_size] of each column's successor."""
        return self.head(self.norm(self.blocks(self.embed(tokens))))


def build_model(ctx: PrismContext) -> nn.Module:
    return ConvNet(ctx.vocab_size)
