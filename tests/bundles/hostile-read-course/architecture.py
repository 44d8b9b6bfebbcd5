"""A table of byte pairs: the smallest model that answers."""

from __future__ import annotations

from torch import nn

from prism_challenge.evaluator.interface import PrismContext


def build_model(ctx: PrismContext) -> nn.Module:
    return nn.Embedding(ctx.vocab_size, ctx.vocab_size)
