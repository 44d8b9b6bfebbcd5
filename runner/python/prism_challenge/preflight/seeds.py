"""Compares builds: under another seed weights must differ, under the same they must not.

Weights that don't follow the seed were written down, so they may have been learnt elsewhere. Tables of positions and
slopes don't follow it either: this is evidence, no verdict.
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

import torch

from . import counts

_MOST_LISTED = 50


@dataclasses.dataclass
class Print:
    """One tensor of a build."""

    digest: bytes
    shape: list[int]
    elements: int
    parameter: bool
    constant: bool
    finite: bool


def prints(model: torch.nn.Module) -> dict[str, Print]:
    """Every parameter and buffer of a fresh model that has its shape."""
    counted = counts.count(model)
    found = {name: _print(tensor, True) for name, tensor in counted.tensors}
    return found | {name: _print(tensor, False) for name, tensor in counted.buffer_tensors}


def independent(first: dict[str, Print], other: dict[str, Print]) -> list[dict[str, Any]]:
    """Tensors that are equal under two seeds, largest first: `constant` or a `pattern`."""
    equal = [(name, one) for name, one in first.items() if name in other and other[name].digest == one.digest]
    equal.sort(key=lambda item: (item[1].constant, -item[1].elements))
    return [
        {"name": name, "shape": one.shape, "elements": one.elements, "what": "constant" if one.constant else "pattern"}
        for name, one in equal[:_MOST_LISTED]
    ]


def different(first: dict[str, Print], again: dict[str, Print]) -> list[str]:
    """Names of the tensors in which two builds differ."""
    return sorted(
        name
        for name in {*first, *again}
        if name not in first or name not in again or first[name].digest != again[name].digest
    )


def _print(tensor: torch.Tensor, parameter: bool) -> Print:
    plain = tensor.detach().reshape(-1).contiguous().cpu()
    shape, size = counts.shape(tensor), counts.elements(tensor)
    data = plain.view(torch.uint8).numpy() if size else b""
    # A finite sum has finite terms; one that isn't may have overflowed.
    finite = bool(torch.isfinite(plain.sum())) or bool(torch.isfinite(plain).all())
    return Print(
        hashlib.sha1(data, usedforsecurity=False).digest(), shape, size, parameter, counts.constant(plain), finite
    )
