"""Memory that a bundle holds outside its model's parameters and buffers.

What isn't registered isn't exported at the end of a run, so it should be next to nothing. Two views: `Before` finds
every tensor that came alive since the bundle was imported, by the garbage collector's own list; `reachable` finds what
a walk from the model meets. Both count memory: views of one storage count once, an expanded tensor counts what it
holds. NumPy arrays are found by the walk alone. Names come from the walk: `blocks.0.table` says more than a number.
"""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy
import torch

from ..worker.reach import PLAIN, inside, is_a, modules_below
from . import counts

# The originals, from before any bundle ran.
_collect, _objects = gc.collect, gc.get_objects
_freeze, _unfreeze, _frozen = gc.freeze, gc.unfreeze, gc.get_freeze_count
_Tensor, _Storage, _Array = torch.Tensor, torch.UntypedStorage, numpy.ndarray
_storage_of, _pointer, _nbytes = (
    torch.Tensor.untyped_storage,
    torch.UntypedStorage.data_ptr,
    torch.UntypedStorage.nbytes,
)
_array_bytes, _array_size, _array_shape = (getattr(numpy.ndarray, name).__get__ for name in ("nbytes", "size", "shape"))

#: Objects looked at in a walk; what lies behind more is not found by name.
_MOST_OBJECTS = 200_000

_Key = tuple[Any, ...]


@dataclasses.dataclass
class Held:
    """One piece of memory outside the tables."""

    elements: int
    nbytes: int
    shape: list[int]
    #: The way to it from the model or a module's globals; None when none was found.
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.name or 'a tensor under no name'} {self.shape} of {self.nbytes:,} bytes"


class Before:
    """The process before the bundle is imported; later tensors are the bundle's."""

    def __init__(self) -> None:
        _collect()
        # Kept, so that no later tensor gets the identity of one of these.
        self._kept = [value for value in _objects() if _holds_memory(value)]
        self._ids = {id(value) for value in self._kept}
        # What is here already is looked at no more, neither by the collector nor by us.
        _freeze()
        self._count = _frozen()

    def since(self, model: torch.nn.Module, root: Path) -> list[Held]:
        """Memory alive now that wasn't before and isn't in the model's tables, largest first."""
        if _frozen() > self._count:
            # The bundle froze what it holds.
            _unfreeze()
        _collect()
        alive = [value for value in _objects() if _holds_memory(value) and id(value) not in self._ids]
        named = _pieces(_walk([("", model), *_globals(root)]), model)
        return _by_size({**_pieces(((None, value) for value in alive), model), **named})


def reachable(model: torch.nn.Module) -> list[Held]:
    """Memory that the model leads to and doesn't register, largest first."""
    return _by_size(_pieces(_walk([("", model)]), model))


def _by_size(pieces: dict[_Key, Held]) -> list[Held]:
    return sorted(pieces.values(), key=lambda one: -one.nbytes)


def _pieces(values: Iterable[tuple[str | None, Any]], model: torch.nn.Module) -> dict[_Key, Held]:
    """Each piece of memory once, without what the model registers."""
    counted = counts.count(model)
    known = {_memory(one)[0] for _, one in (*counted.tensors, *counted.buffer_tensors)}
    found: dict[_Key, Held] = {}
    for name, value in values:
        key, nbytes = _memory(value)
        if nbytes and key not in known and key not in found:
            found[key] = _piece(name, value, nbytes)
    return found


def _piece(name: str | None, value: Any, nbytes: int) -> Held:
    if is_a(value, _Tensor):
        return Held(nbytes // max(1, counts.element_size(value)), nbytes, counts.shape(value), name)
    if is_a(value, _Array):
        return Held(_array_size(value), nbytes, list(_array_shape(value))[:8], name)
    return Held(nbytes, nbytes, [nbytes], name)


def _holds_memory(value: Any) -> bool:
    return issubclass(type(value), (_Tensor, _Storage, _Array))


def _memory(value: Any) -> tuple[_Key, int]:
    """What tells one piece of memory from another, and its bytes: 0 for what has none, as on the meta device."""
    if is_a(value, _Array):
        return ("array", id(value)), _array_bytes(value)
    try:
        with torch._C.DisableTorchFunctionSubclass():
            storage = _storage_of(value) if is_a(value, _Tensor) else value
            device = str(storage.device)
            return ("storage", device, _pointer(storage) or id(value)), 0 if device == "meta" else _nbytes(storage)
    except Exception:
        # Sparse and wrapped tensors have no storage of their own; their parts are found as tensors.
        return ("none", id(value)), 0


def _globals(root: Path) -> Iterator[tuple[str, Any]]:
    """The global names of the bundle's modules."""
    for module, names in modules_below(root):
        yield from ((f"{module}.{key}", value) for key, value in list(names.items()) if type(key) is str)


def _walk(roots: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Tensors, storages and arrays met from the roots, nearest first, each once."""
    queue, kept, seen = list(roots), [], set()
    while queue and len(kept) < _MOST_OBJECTS:
        level, queue = queue, []
        for name, value in level:
            if id(type(value)) in PLAIN or id(value) in seen or len(kept) >= _MOST_OBJECTS:
                continue
            seen.add(id(value))
            kept.append(value)
            if _holds_memory(value):
                yield name, value
            queue.extend((inner[:300], one) for inner, one in inside(name, value))
