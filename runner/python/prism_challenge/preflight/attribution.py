"""Where a leak begins: the first module whose output depends on what its inputs do not.

Two forward passes differ only in tokens that a prediction may not see. Of every module call the part of its tensors
that must then be equal is kept: the columns before the cut, or the one row that was left alone. The first call to end
with equal inputs and an unequal output is where the leak begins.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_hook

from ..worker.reach import class_name, is_a
from . import counts
from .probe import Probe

#: Elements kept of a tensor; of the columns before the cut the nearest to it are kept.
_MOST_KEPT = 1 << 16
_MOST_TENSORS = 16

#: For each tensor of a call, the parts that must be equal: one for each dimension that may be the one meant.
_Parts = list[list[torch.Tensor]]


@dataclasses.dataclass
class Kept:
    """What must not change: columns [0, cut) when `cut` is given, else everything about `row`."""

    rows: int
    columns: int
    cut: int | None = None
    row: int = 0

    def parts(self, tensor: torch.Tensor) -> list[torch.Tensor]:
        """The part of a tensor that must not change, for every reading of its dimensions."""
        found = []
        shapes = [tensor]
        if tensor.dim() and tensor.size(0) == self.rows * self.columns:
            shapes.append(tensor.unflatten(0, (self.rows, self.columns)))
        elif tensor.dim() and self.cut is None and self.rows > 1 and tensor.size(0) % self.rows == 0:
            shapes.append(tensor.unflatten(0, (self.rows, -1)))
        for one in shapes:
            for dim, size in enumerate(one.shape):
                if self.cut is not None and size == self.columns:
                    nearest = max(1, min(self.cut, _MOST_KEPT * size // max(1, one.numel())))
                    found.append(one.narrow(dim, self.cut - nearest, nearest))
                elif self.cut is None and size == self.rows:
                    found.append(one.select(dim, self.row).flatten()[:_MOST_KEPT])
        return [one.detach().clone() for one in found]


@dataclasses.dataclass
class Origin:
    """A module, for people: `blocks.0.mix (TimeMix, architecture.py:31)`."""

    name: str
    kind: str
    path: str | None
    line: int | None

    def __str__(self) -> str:
        place = f", {self.path}:{self.line}" if self.path else ""
        return f"{self.name or 'the model itself'} ({self.kind}{place})"


def begins(
    probe: Probe, inputs: tuple[torch.Tensor, torch.Tensor], kept: Kept, root: Path, *, train: bool, tolerance: float
) -> Origin | None:
    """The module where the difference of two inputs begins to show where it must not; None when no module says.

    `tolerance` is relative to a tensor's largest value.
    """
    try:
        base, other = (_record(probe, tokens, kept, train) for tokens in inputs)
    except Exception:
        return None
    for call, (given, answer, module) in base.items():
        after = other.get(call)
        if after and not _changed(given, after[0], tolerance) and _changed(answer, after[1], tolerance):
            return origin(call[0], module, probe.model, root)
    return None


def origin(name: str, module: torch.nn.Module, model: torch.nn.Module, root: Path) -> Origin:
    """The module's class, with the place of the nearest `forward` around it that lies in the bundle."""
    path, line = forward_place(module, root)
    around, inner = dict(counts.modules(model)), name
    while path is None and inner:
        inner = inner.rpartition(".")[0]
        path, line = forward_place(around.get(inner, model), root)
    kind = class_name(module)
    if inner != name:
        kind += f" in {class_name(around.get(inner, model))}"
    return Origin(name, kind, path, line)


def forward_place(module: torch.nn.Module, root: Path) -> tuple[str | None, int | None]:
    """File in the bundle and line of a module's `forward`; None for a library's."""
    try:
        code = type(module).forward.__code__
        file = Path(code.co_filename)
        return (str(file.relative_to(root)), code.co_firstlineno) if file.is_relative_to(root) else (None, None)
    except Exception:
        return None, None


def _record(probe: Probe, tokens: torch.Tensor, kept: Kept, train: bool) -> dict[tuple[str, int], Any]:
    calls: dict[tuple[str, int], Any] = {}
    times: dict[str, int] = {}
    names: dict[int, str] = {}

    def hook(module: torch.nn.Module, args: Any, options: Any, output: Any) -> None:
        if not names:
            names.update((id(one), path) for path, one in counts.modules(probe.model))
        name = names.get(id(module))
        if name is not None:
            times[name] = times.get(name, -1) + 1
            inputs = [kept.parts(one) for one in _tensors((args, options))]
            calls[name, times[name]] = (inputs, [kept.parts(one) for one in _tensors(output)], module)

    handle = register_module_forward_hook(hook, with_kwargs=True)
    try:
        probe.logits(tokens, train=train)
    finally:
        handle.remove()
    return calls


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    """Tensors in a call's arguments or in its answer, the first ones."""
    queue, found = [value], 0
    while queue and found < _MOST_TENSORS:
        one = queue.pop(0)
        if is_a(one, torch.Tensor):
            found += 1
            yield one
        elif is_a(one, (tuple, list)):
            queue.extend(one)
        elif is_a(one, dict):
            queue.extend(one.values())


def _changed(before: _Parts, after: _Parts, tolerance: float) -> bool:
    """Whether a tensor differs in every reading of its dimensions."""
    for one, other in zip(before, after, strict=False):
        if one and all(_differs(a, b, tolerance) for a, b in zip(one, other, strict=False)):
            return True
    return False


def _differs(one: torch.Tensor, other: torch.Tensor, tolerance: float) -> bool:
    if one.shape != other.shape or torch.equal(one, other):
        return one.shape != other.shape
    if not (one.is_floating_point() or one.is_complex()):
        return True
    scale = one.abs().max().item()
    return (one - other).abs().max().item() > tolerance * max(scale, 1e-30)
