from typing import TYPE_CHECKING

from parts.layers import Head

if TYPE_CHECKING:
    from pathlib import Path

try:
    from flash_attn import flash_attn_func
except ImportError:
    flash_attn_func = None


def build_model(ctx):
    return Head(ctx.vocab_size)


def describe(path: "Path") -> str:
    return str(path)
