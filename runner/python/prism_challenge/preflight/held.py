"""Memory that a bundle holds outside its model's parameters and buffers.

What isn't registered isn't exported at the end of a run, so it should be next to nothing. Two views: `Before` finds
every tensor that came alive since the bundle was imported, by the garbage collector's own list; `reachable` finds what
a walk from the model meets. Both count memory: views of one storage count once, an expanded tensor counts what it
holds. NumPy arrays are found by the walk alone. Names come from the walk: `blocks.0.table` says more than a number.
"""

from __future__ import annotations

import dataclasses
import functools
import gc
import sys
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy
import torch

from . import counts
from .counts import is_a

# The originals, from before any bundle ran.
_own = object.__getattribute__
_collect, _objects, _referents = gc.collect, gc.get_objects, gc.get_referents
_freeze, _unfreeze, _frozen = gc.freeze, gc.unfreeze, gc.get_freeze_count
_Tensor, _Storage, _Array = torch.Tensor, torch.UntypedStorage, numpy.ndarray
_storage_of, _pointer, _nbytes = (
    torch.Tensor.untyped_storage,
    torch.UntypedStorage.data_ptr,
    torch.UntypedStorage.nbytes,
)
_array_bytes, _array_size, _array_shape = (getattr(numpy.ndarray, name).__get__ for name in ("nbytes", "size", "shape"))
_name = type.__dict__["__name__"].__get__
_module_of, _class_dict = type.__dict__["__module__"].__get__, type.__dict__["__dict__"].__get__

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
    for name, module in list(sys.modules.items()):
        if type(module) is not types.ModuleType:
            continue
        names = _own(module, "__dict__")
        file = names.get("__file__")
        if type(file) is str and file.startswith(f"{root}/"):
            yield from ((f"{name}.{key}", value) for key, value in list(names.items()) if type(key) is str)


#: Types that lead to no tensor of a bundle. Compared by identity.
_PLAIN = frozenset((int, float, str, bytes, bool, complex, type(None), types.ModuleType, types.BuiltinFunctionType))

#: Classes and functions of these modules are no bundle's.
_LIBRARIES = frozenset(sys.modules) | sys.stdlib_module_names


def _walk(roots: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Tensors, storages and arrays met from the roots, nearest first, each once."""
    queue, kept, seen = list(roots), [], set()
    while queue and len(kept) < _MOST_OBJECTS:
        level, queue = queue, []
        for name, value in level:
            if type(value) in _PLAIN or id(value) in seen or len(kept) >= _MOST_OBJECTS:
                continue
            seen.add(id(value))
            kept.append(value)
            if _holds_memory(value):
                yield name, value
            queue.extend((inner[:300], one) for inner, one in _inside(name, value))


def _inside(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    """What an object leads to: attributes, items, closures, and class attributes of a bundle's classes."""
    if is_a(value, dict):
        return [(f"{name}[{_key_text(key)!r}]", one) for key, one in dict.items(value)]
    if is_a(value, (list, tuple)):
        items = list.__iter__(value) if is_a(value, list) else tuple.__iter__(value)
        return [(f"{name}[{index}]", one) for index, one in enumerate(items)]
    if type(value) in (types.FunctionType, functools.partial, types.MethodType):
        return _of_callable(name, value)
    if is_a(value, type):
        ours = _module_of(value) in _LIBRARIES
        return [] if ours else [(f"{_name(value)}.{key}", one) for key, one in list(_class_dict(value).items())]
    # Slots, cells, deques and the like have no names; the collector knows what they hold.
    if _module_of(type(value)) in ("builtins", "collections") or not hasattr(type(value), "__dict__"):
        return [(name, one) for one in _referents(value)]
    return _of_instance(name, value)


def _of_callable(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    if type(value) is functools.partial:
        return [(name, value.func), (f"{name}()", value.args), (f"{name}()", value.keywords)]
    if type(value) is types.MethodType:
        return [(name, value.__self__), (name, value.__func__)]
    if value.__module__ in _LIBRARIES:
        return []
    cells = zip(value.__code__.co_freevars, value.__closure__ or (), strict=False)
    kept = [*(value.__defaults__ or ()), value.__kwdefaults__ or {}, value.__dict__]
    return [*((f"{name}: {variable}", cell) for variable, cell in cells), *((f"{name}()", one) for one in kept)]


def _of_instance(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    if _module_of(type(value)).startswith("prism_challenge."):
        return []
    try:
        attributes = _own(value, "__dict__")
    except AttributeError:
        attributes = {}
    found = [("", type(value))]
    for key, one in list(dict.items(attributes)):
        if key in ("_modules", "_parameters", "_buffers") and is_a(one, dict):
            found.extend((counts.join(name, _key_text(inner)), child) for inner, child in dict.items(one))
        else:
            found.append((counts.join(name, _key_text(key)), one))
    if not is_a(value, (_Tensor, torch.nn.Module)):
        found.extend((name, one) for one in _referents(value) if one is not attributes)
    return found


def _key_text(key: Any) -> str:
    return str(key) if type(key) in (int, str, bool) else counts.class_name(key)
