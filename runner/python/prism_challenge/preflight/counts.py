"""Counts what a model registers, from the tables themselves: methods that a bundle may override are not asked.

`parameters()`, `numel` or `__class__` say what a bundle wants them to say; the tables `_modules`, `_parameters` and
`_buffers` are what an optimiser and the exported state are made of. Each tensor counts once, where it is met first.
"""

from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Iterator
from typing import Any

import torch
from torch.jit._script import OrderedDictWrapper, OrderedModuleDict
from torch.nn.parallel import DataParallel, DistributedDataParallel
from torch.nn.parameter import UninitializedTensorMixin

from ..worker.reach import attributes, class_name, is_a, join

# The originals, from before any bundle ran.
_Module, _Tensor = torch.nn.Module, torch.Tensor
_numel, _element_size, _size = torch.Tensor.numel, torch.Tensor.element_size, torch.Tensor.size
#: The tables of scripted modules.
_script_items = {kind: kind.items for kind in (OrderedDictWrapper, OrderedModuleDict)}
_plainly = torch._C.DisableTorchFunctionSubclass
_builtins = dict(vars(builtins))

_LARGEST = 10


class Unclear(Exception):
    """The model's tables are not what torch makes of them."""


@dataclasses.dataclass
class Counts:
    """What a model registers. Numbers are elements unless they are called bytes."""

    parameters: int = 0
    buffers: int = 0
    #: Parameters and persistent buffers: what is exported at the end of a run.
    state_bytes: int = 0
    #: Buffers that aren't persistent.
    other_buffer_bytes: int = 0
    buffer_bytes: int = 0
    lazy: list[str] = dataclasses.field(default_factory=list)
    #: Elements by the class of the module that registers them.
    kinds: dict[str, int] = dataclasses.field(default_factory=dict)
    #: Name, tensor; parameters first met under this name.
    tensors: list[tuple[str, torch.Tensor]] = dataclasses.field(default_factory=list)
    buffer_tensors: list[tuple[str, torch.Tensor]] = dataclasses.field(default_factory=list)

    def largest(self) -> list[dict[str, Any]]:
        """The largest parameters."""
        sizes = [{"name": name, "shape": shape(one), "elements": elements(one)} for name, one in self.tensors]
        return sorted(sizes, key=lambda one: (-one["elements"], one["name"]))[:_LARGEST]


def count(model: torch.nn.Module) -> Counts:
    """Counts the distinct parameters and buffers of a model.

    Raises `Unclear` when a table holds what torch would not put there.
    """
    repair_builtins()
    found, seen = Counts(), set()
    for path, module in modules(model):
        kind = class_name(module)
        for name, parameter in table(module, "_parameters"):
            if parameter is None or id(parameter) in seen:
                continue
            if not is_a(parameter, _Tensor):
                raise Unclear(f"{join(path, name)} is registered as a parameter and is {class_name(parameter)}")
            seen.add(id(parameter))
            if is_a(parameter, UninitializedTensorMixin):
                found.lazy.append(join(path, name))
                continue
            size = elements(parameter)
            found.parameters += size
            found.state_bytes += size * element_size(parameter)
            found.kinds[kind] = found.kinds.get(kind, 0) + size
            found.tensors.append((join(path, name), parameter))
        fleeting = (attributes(module) or {}).get("_non_persistent_buffers_set") or ()
        for name, buffer in table(module, "_buffers"):
            if buffer is None or id(buffer) in seen or not is_a(buffer, _Tensor):
                continue
            seen.add(id(buffer))
            if is_a(buffer, UninitializedTensorMixin):
                found.lazy.append(join(path, name))
                continue
            size = elements(buffer)
            found.buffers += size
            nbytes = size * element_size(buffer)
            found.buffer_bytes += nbytes
            if name in fleeting:
                found.other_buffer_bytes += nbytes
            else:
                found.state_bytes += nbytes
            found.buffer_tensors.append((join(path, name), buffer))
    return found


def repair_builtins() -> None:
    """Puts back what a bundle may have replaced: its own `sorted` would be asked as well."""
    vars(builtins).update(_builtins)


def modules(model: torch.nn.Module) -> Iterator[tuple[str, torch.nn.Module]]:
    """Every module of the tree once, with its path, parents first."""
    seen, queue = {id(model)}, [("", model)]
    while queue:
        path, module = queue.pop()
        yield path, module
        below = []
        for name, child in table(module, "_modules"):
            if child is None or id(child) in seen:
                continue
            if not is_a(child, _Module):
                raise Unclear(f"{join(path, name)} is registered as a module and is {class_name(child)}")
            seen.add(id(child))
            below.append((join(path, name), child))
        queue.extend(reversed(below))


def table(module: torch.nn.Module, name: str) -> list[tuple[str, Any]]:
    """The entries of one of a module's tables, by the dict's own methods."""
    entries = (attributes(module) or {}).get(name)
    if type(entries) in _script_items:
        entries = dict(_script_items[type(entries)](entries))
    if not is_a(entries, dict):
        raise Unclear(f"the table {name} of a {class_name(module)} is a {class_name(entries)}, not a dict")
    return [(key if type(key) is str else class_name(key), value) for key, value in dict.items(entries)]


def unwrapped(model: torch.nn.Module) -> torch.nn.Module:
    """The model inside torch's own wrappers for several devices."""
    while is_a(model, (DataParallel, DistributedDataParallel)):
        model = dict(table(model, "_modules"))["module"]
    return model


def elements(tensor: torch.Tensor) -> int:
    """Elements of a tensor as torch itself counts them."""
    with _plainly():
        return _numel(tensor)


def element_size(tensor: torch.Tensor) -> int:
    """Bytes of an element."""
    with _plainly():
        return _element_size(tensor)


def constant(flat: torch.Tensor) -> bool:
    """Whether a flat tensor holds one value throughout; most show in their first elements that they don't."""
    return elements(flat) > 0 and all(bool((part == flat[0]).all()) for part in (flat[:64], flat))


def shape(tensor: torch.Tensor) -> list[int]:
    """The sizes, at most eight of them."""
    with _plainly():
        return list(_size(tensor))[:8]
