"""What a bundle's objects lead to, found without asking the bundle.

`__dict__`, `__class__` and `__getattribute__` say what a bundle wants them to say, so nothing here runs a line of it: types,
attributes and items are read by the interpreter's own means, kept from before any bundle ran. Two walks use this: preflight
looks for memory that a model holds (`preflight.held`), the worker takes and puts back a model's state (`restore`).
"""

from __future__ import annotations

import ctypes
import functools
import gc
import sys
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

# The originals, from before any bundle ran.
_referents = gc.get_referents
_name, _module, _bases = (type.__dict__[name].__get__ for name in ("__name__", "__module__", "__bases__"))
#: The attributes that a class itself defines.
class_attributes = type.__dict__["__dict__"].__get__
# By address: an argument of type py_object would be asked for its `__class__`.
_dict_of = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p)(
    ("PyObject_GenericGetDict", ctypes.pythonapi)
)
_Tensor, _NnModule = torch.Tensor, torch.nn.Module

#: Identities of the types that lead to nothing of a bundle. A class itself would be asked for its hash.
PLAIN = frozenset(
    map(id, (int, float, str, bytes, bool, complex, type(None), type(...), types.ModuleType, torch.dtype, torch.device))
)

#: Classes and functions of these modules, and of modules in them, are no bundle's.
_LIBRARIES = frozenset(name.partition(".")[0] for name in sys.modules) | sys.stdlib_module_names


def is_a(value: Any, kind: Any) -> bool:
    """isinstance by the real type; `__class__` is not asked."""
    return issubclass(type(value), kind)


def module_of(kind: type) -> str:
    """The module that a class says it is of; empty where it says no name."""
    name = _module(kind)
    return name if type(name) is str else ""


def package_of(kind: type) -> str:
    """The outermost package of a class's module."""
    return module_of(kind).partition(".")[0]


def is_library(kind: type) -> bool:
    """Whether a class was there before the bundle."""
    return package_of(kind) in _LIBRARIES


def attributes(value: Any) -> dict[Any, Any] | None:
    """An object's own attributes, the very dict; None where it has none."""
    try:
        return _dict_of(id(value), None)
    except AttributeError:
        return None


def modules_below(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The bundle's modules by name, each with its global names."""
    for name, module in list(sys.modules.items()):
        if type(module) is types.ModuleType:
            names = attributes(module) or {}
            file = names.get("__file__")
            if type(name) is str and type(file) is str and file.startswith(f"{root}/"):
                yield name, names


def inside(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    """What an object leads to, each with a name: attributes, items, closures, and class attributes of a bundle's classes."""
    kind = type(value)
    if is_a(value, dict):
        items = [(key, one) for key, one in dict.items(value) if id(type(key)) not in PLAIN or id(type(one)) not in PLAIN]
        named = [(f"{name}[{_key_text(key)!r}]", one) for key, one in items]
        keys = [(name, key) for key, _ in items]
        return named + keys if kind is dict else [*named, *keys, *_of_instance(name, value)]
    if is_a(value, (list, tuple)):
        held = list.__iter__(value) if is_a(value, list) else tuple.__iter__(value)
        items = [(f"{name}[{index}]", one) for index, one in enumerate(held) if id(type(one)) not in PLAIN]
        return items if kind is list or kind is tuple else [*items, *_of_instance(name, value)]
    if kind is types.FunctionType or kind is types.MethodType or kind is functools.partial:
        return _of_callable(name, value)
    if is_a(value, type):
        if is_library(value):
            return []
        kept = [(f"{_name(value)}.{key}", one) for key, one in list(class_attributes(value).items())]
        return [*kept, *((name, base) for base in _bases(value))]
    # Cells, deques and the like have no names; the collector knows what they hold.
    if module_of(kind) in ("builtins", "collections"):
        return [(name, one) for one in _referents(value)]
    return _of_instance(name, value)


def join(path: str, name: str) -> str:
    """The name of a tensor or module inside another."""
    return f"{path}.{name}"[:300] if path else name[:300]


def class_name(value: Any) -> str:
    """The name of a value's class; a metaclass is not asked."""
    return _name(type(value))[:100]


def _of_callable(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    if type(value) is functools.partial:
        return [(name, value.func), (f"{name}()", value.args), (f"{name}()", value.keywords)]
    if type(value) is types.MethodType:
        return [(name, value.__self__), (name, value.__func__)]
    if type(value.__module__) is str and value.__module__.partition(".")[0] in _LIBRARIES:
        return []
    cells = zip(value.__code__.co_freevars, value.__closure__ or (), strict=False)
    kept = [*(value.__defaults__ or ()), value.__kwdefaults__ or {}, value.__dict__]
    return [*((f"{name}: {variable}", cell) for variable, cell in cells), *((f"{name}()", one) for one in kept)]


def _of_instance(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    if module_of(type(value)).startswith("prism_challenge."):
        return []
    own = attributes(value)
    found = [("", type(value))]
    for key, one in list(dict.items(own or {})):
        if key in ("_modules", "_parameters", "_buffers") and is_a(one, dict):
            found.extend((join(name, _key_text(inner)), child) for inner, child in dict.items(one))
        else:
            found.append((join(name, _key_text(key)), one))
    if not is_a(value, (_Tensor, _NnModule)):
        found.extend((name, one) for one in _referents(value) if one is not own)
    return found


def _key_text(key: Any) -> str:
    return str(key) if type(key) in (int, str, bool) else class_name(key)
