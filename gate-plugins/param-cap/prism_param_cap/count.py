"""Counts what a model registers, from the tables themselves: methods that a bundle may override are not asked."""

import gc
import math
import types
import weakref
from dataclasses import dataclass, field

from torch._shape import dtypes
from torch._shape import tensor as shapes
from torch.nn.modules.module import Module
from torch.nn.parameter import Parameter, UninitializedTensorMixin

# The originals, from before any bundle ran.
_Tensor = shapes.Tensor
_own = object.__getattribute__
_prod = math.prod

#: Objects looked at in the search for tensors outside parameters and buffers.
MOST_OBJECTS = 200_000

_created = []
shapes.on_registered(lambda parameter: _created.append(weakref.ref(parameter)))


class Unclear(Exception):
    """The model's tables are not what torch makes of them."""


def created():
    """How many parameters came into being since `forget_created`."""
    return len(_created)


def forget_created():
    _created.clear()


_mro_of = type.__dict__["__mro__"].__get__


def is_a(value, kind):
    """isinstance by the real type; `__class__` and `__instancecheck__` are not asked."""
    return kind in _mro_of(type(value))


class Node:
    """One module of the tree. Counts are elements; a shared parameter counts where it is met first."""

    __slots__ = ("name", "kind", "own", "total", "children")

    def __init__(self, name, kind):
        self.name, self.kind, self.own, self.total, self.children = name, kind, 0, 0, []


@dataclass
class Count:
    parameters: int = 0
    buffers: int = 0
    lazy: list[str] = field(default_factory=list)
    unregistered: int | None = 0
    kinds: dict[str, int] = field(default_factory=dict)
    #: (path, shape, elements), largest first.
    tensors: list[tuple[str, tuple[int, ...], int]] = field(default_factory=list)
    tree: Node | None = None


def elements(tensor):
    return _prod(_own(tensor, "__dict__")["_shape"])


_TABLES = frozenset(("_parameters", "_buffers", "_modules"))


def _table(own, name, kind):
    table = own.get(name)
    if type(table) is not dict:
        raise Unclear(f"the table {name} of a module of type {kind} is not a dict")
    return table


def count(model):
    """The parameters and buffers of a model, each tensor once."""
    out, seen, buffers, loose = Count(), set(), set(), []
    out.tree = _module(model, "", "", out, seen, buffers, loose)
    out.tensors.sort(key=lambda one: (-one[2], one[0]))
    out.unregistered = _unregistered(loose, seen | buffers)
    return out


def _module(module, path, name, out, seen, buffers, loose):
    """One module: what its tables hold into `out` (ids into `seen` and `buffers`), whatever else it holds into `loose`."""
    kind = type(module).__name__
    node = Node(name, kind)
    seen.add(id(module))
    own = _own(module, "__dict__")
    for name, parameter in _table(own, "_parameters", kind).items():
        if parameter is None or id(parameter) in seen:
            continue
        seen.add(id(parameter))
        where = f"{path}.{name}" if path else name
        if type(parameter) is not Parameter:
            if not is_a(parameter, _Tensor):
                raise Unclear(f"{name} is registered as a parameter and is none")
            if is_a(parameter, UninitializedTensorMixin):
                out.lazy.append(where)
                continue
        shape = _own(parameter, "__dict__")["_shape"]
        size = _prod(shape)
        node.own += size
        out.tensors.append((where, shape, size))
    for buffer in _table(own, "_buffers", kind).values():
        if buffer is not None and id(buffer) not in buffers and is_a(buffer, _Tensor):
            buffers.add(id(buffer))
            out.buffers += elements(buffer)
    if node.own:
        out.parameters += node.own
        out.kinds[kind] = out.kinds.get(kind, 0) + node.own
    loose += [value for name, value in own.items() if type(value) not in _PLAIN and name not in _TABLES]
    node.total = node.own
    for name, child in _table(own, "_modules", kind).items():
        if child is None or id(child) in seen:
            continue
        if not is_a(child, Module):
            raise Unclear(f"{name} is registered as a module and is none")
        below = _module(child, f"{path}.{name}" if path else name, name, out, seen, buffers, loose)
        node.children.append(below)
        node.total += below.total
    return node


def _unregistered(queue, seen):
    """Elements of live tensors that the model holds outside its parameters and buffers; None when too much to search.

    Parameters anywhere, and plain tensors reachable through attributes, containers and closures from the objects in `queue`.
    """
    total = 0
    if _hidden(seen):
        gc.collect()  # a replaced module may be garbage that only its own cycles keep
    for parameter in _hidden(seen):
        seen.add(id(parameter))
        total += elements(parameter)
    looked = 0
    while queue:
        value = queue.pop()
        kind = type(value)
        if kind in _PLAIN or id(value) in seen:
            continue
        seen.add(id(value))
        looked += 1
        if looked > MOST_OBJECTS:
            return None
        if is_a(value, _Tensor):
            total += 0 if is_a(value, UninitializedTensorMixin) else elements(value)
        else:
            queue.extend(_held(value, kind))
    return total


def _hidden(seen):
    """Live parameters that the walk over the model's tables did not meet."""
    live = [reference() for reference in _created]
    return [one for one in live if one is not None and id(one) not in seen and not is_a(one, UninitializedTensorMixin)]


#: Types that hold no tensor. Compared by identity.
_PLAIN = frozenset((int, float, str, bytes, bool, complex, type(None), type, types.ModuleType, types.BuiltinFunctionType,
                    dtypes.dtype, dtypes.device))


def _held(value, kind):
    if kind is dict or is_a(value, dict):
        return dict.values(value)
    if kind is list or is_a(value, list):
        return list.__iter__(value)
    if kind is tuple or is_a(value, tuple):
        return tuple.__iter__(value)
    if kind is set or kind is frozenset:
        return value
    if kind is types.FunctionType:
        cells = [cell.cell_contents for cell in value.__closure__ or () if _filled(cell)]
        return [*cells, *(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
    if kind is types.MethodType:
        return (value.__self__, value.__func__)
    if is_a(value, type):
        return ()
    try:
        return dict.values(_own(value, "__dict__"))
    except (AttributeError, TypeError):
        return ()


def _filled(cell):
    try:
        cell.cell_contents
    except ValueError:
        return False
    return True


# For people.


@dataclass(frozen=True)
class Line:
    """A module, or a run of equal siblings, in a printed tree."""

    name: str
    kind: str
    parameters: int
    count: int
    node: Node


def lines(node):
    """The children with runs of equal siblings (the blocks of a transformer) taken together."""
    out = []
    for child in node.children:
        last = out[-1] if out else None
        numbered = last is not None and child.name.isdigit() and last.name[:1].isdigit()
        if numbered and last.kind == child.kind and last.parameters == child.total and _shape(last.node) == _shape(child):
            first = last.name.partition("..")[0]
            out[-1] = Line(f"{first}..{child.name}", last.kind, last.parameters, last.count + 1, last.node)
        else:
            out.append(Line(child.name, child.kind, child.total, 1, child))
    return out


def _shape(node):
    return (node.kind, node.own, tuple((one.name, one.kind, one.total) for one in node.children))


def as_json(node, depth=8, budget=None):
    """The tree as nested objects, at most 400 of them; what is left out is in the totals."""
    budget = [400] if budget is None else budget
    budget[0] -= 1
    out = {"kind": node.kind, "parameters": node.total}
    if node.own and node.own != node.total:
        out["own"] = node.own
    inner = [line for line in lines(node) if line.parameters] if depth else []
    children = []
    for line in inner:
        if budget[0] <= 0:
            break
        child = {"name": line.name, **as_json(line.node, depth - 1, budget)}
        if line.count > 1:
            child["count"] = line.count
        children.append(child)
    if children:
        out["children"] = children
    return out


def as_text(node, most=8):
    """The largest modules as a short indented tree, largest first."""
    out = []

    def add(node, indent):
        shown = sorted((one for one in lines(node) if one.parameters), key=lambda one: -one.parameters * one.count)
        for line in shown[:4]:
            if len(out) >= most:
                return
            each = f" = {line.count} x {line.parameters:,}" if line.count > 1 else ""
            out.append(f"{'  ' * indent}{line.name[:40]} ({line.kind[:40]}): {line.parameters * line.count:,}{each}")
            if line.parameters * line.count * 4 >= node.total and indent < 4:
                add(line.node, indent + 1)

    add(node, 1)
    return "\n".join(out)
