"""How the state of one Python object is taken and put back in place, by kind: containers, attributes, classes, functions,
random number generators, counters.

A `Kind` is a pair of functions; `kinds_of` tells which apply to a type. All of them go by the base class's own methods, so
that what a bundle overrides isn't called. Tensors and the memory under them are `tensor_state`'s.
"""

from __future__ import annotations

import _random
import array
import collections
import ctypes
import itertools
import operator
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy
import torch

from . import reach

# The originals, from before any bundle ran.
_OrderedDict, _deque, _array = collections.OrderedDict, collections.deque, array.array
_Random, _Generator = _random.Random, torch.Generator
_set_class = object.__dict__["__class__"].__set__
_mro, _flags = (type.__dict__[name].__get__ for name in ("__mro__", "__flags__"))
_set_in_class, _delete_in_class = type.__setattr__, type.__delattr__
_set_dict = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(
    ("PyObject_GenericSetDict", ctypes.pythonapi)
)
_bit_generator = numpy.random.Generator.bit_generator.__get__
_is = operator.is_

#: `Py_TPFLAGS_HEAPTYPE`: classes that Python code made, and a few of C's.
_MADE_IN_PYTHON = 1 << 9
#: What a class has by itself and nothing may write.
_OF_THE_CLASS = frozenset(("__dict__", "__weakref__"))
_NOTHING = object()


class Putting:
    """One putting back."""

    def __init__(self, iterators: Iterators) -> None:
        self._fresh = iterators.fresh()
        #: What was let go, kept until all is as it was: a destructor would see half of it.
        self.gone: list[Any] = []

    def renewed(self, contents: list[Any]) -> list[Any]:
        """The contents with a fresh copy of each iterator."""
        return [self._fresh.get(id(one), one) for one in contents] if self._fresh else contents

    def renewed_dict(self, contents: dict[Any, Any]) -> dict[Any, Any]:
        """The same of a dict's values."""
        renewed = {key: self._fresh[id(one)] for key, one in contents.items() if id(one) in self._fresh}
        return contents | renewed if renewed else contents


class Kind(NamedTuple):
    """Takes a state, and puts it back."""

    take: Callable[[Any], Any]
    put: Callable[[Any, Any, Putting], None]


def kinds_of(kind: type) -> list[Kind]:
    """What makes up the state of objects of a type."""
    found = [one for base, one in _CONTENTS if issubclass(kind, base)][:1]
    if _flags(kind) & _MADE_IN_PYTHON and not issubclass(kind, type):
        found.append(_OBJECT)
        slots = _slots_of(kind)
        if slots:
            found.append(_slots(slots))
    return found


class Iterators:
    """Iterators that can't be set back: whoever holds one gets a copy of it as it was."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Any, Any]] = {}

    def take(self, value: Any) -> None:
        """Remembers where an iterator stands, if it is of a kind that can be copied."""
        if id(type(value)) in _COPIED:
            twin = _twin(value)
            if twin is not None:
                self._kept[id(value)] = (value, twin)

    def fresh(self) -> dict[int, Any]:
        """A new copy of each as it was, by the identity of the original."""
        return {key: _twin(twin) for key, (_, twin) in self._kept.items()}


_COUNT, _CYCLE = itertools.count, itertools.cycle
#: Identities of the kinds of iterators that are copied.
_COPIED = frozenset(map(id, (_COUNT, _CYCLE, *(type(iter(one)) for one in ([], (), range(0))))))
_iter = iter


def _twin(value: Any) -> Any:
    kind = type(value)
    _, arguments, *state = kind.__reduce__(value)
    if kind is _COUNT:
        return _COUNT(*arguments)
    if kind is _CYCLE:
        if id(type(arguments[0])) not in _COPIED:
            return None
        twin, (seen, once) = _CYCLE(_twin(arguments[0])), state[0]
        _CYCLE.__setstate__(twin, (list(seen), once))
        return twin
    twin = _iter(arguments[0])
    for index in state:
        kind.__setstate__(twin, index)
    return twin


def _same(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(map(_is, one, other))


def _put_dict(value: dict[Any, Any], state: dict[Any, Any], putting: Putting) -> None:
    state = putting.renewed_dict(state)
    keys, values = list(dict.keys(value)), list(dict.values(value))
    if not (_same(keys, state.keys()) and _same(values, state.values())):
        putting.gone.append((keys, values))
        dict.clear(value)
        dict.update(value, state)


def _put_ordered(value: Any, state: list[tuple[Any, Any]], putting: Putting) -> None:
    now = list(_OrderedDict.items(value))
    values = putting.renewed([one for _, one in state])
    if not (_same([key for key, _ in now], [key for key, _ in state]) and _same([one for _, one in now], values)):
        putting.gone.append(now)
        _OrderedDict.clear(value)
        for (key, _), one in zip(state, values, strict=True):
            _OrderedDict.__setitem__(value, key, one)


def _put_list(value: list[Any], state: list[Any], putting: Putting) -> None:
    state, now = putting.renewed(state), list.copy(value)
    if not _same(now, state):
        putting.gone.append(now)
        list.__setitem__(value, slice(None), state)


def _put_deque(value: Any, state: list[Any], putting: Putting) -> None:
    state, now = putting.renewed(state), list(_deque.__iter__(value))
    if not _same(now, state):
        putting.gone.append(now)
        _deque.clear(value)
        _deque.extend(value, state)


def _put_set(value: set[Any], state: list[Any], putting: Putting) -> None:
    now = list(set.__iter__(value))
    if not _same(now, state):
        putting.gone.append(now)
        set.clear(value)
        set.update(value, state)


def _put_cell(cell: Any, state: Any, putting: Putting) -> None:
    now = _take_cell(cell)
    putting.gone.append(now)
    (state,) = putting.renewed([state])
    if state is _NOTHING:
        if now is not _NOTHING:
            del cell.cell_contents
    elif now is not state:
        cell.cell_contents = state


def _take_cell(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _NOTHING


def _put_function(value: Any, state: tuple[Any, Any], _: Putting) -> None:
    if value.__defaults__ is not state[0]:
        value.__defaults__ = state[0]
    if value.__kwdefaults__ is not state[1]:
        value.__kwdefaults__ = state[1]


def _take_class(value: type) -> dict[str, Any]:
    return {key: one for key, one in reach.class_attributes(value).items() if key not in _OF_THE_CLASS}


def _put_class(value: type, state: dict[str, Any], putting: Putting) -> None:
    now, state = _take_class(value), putting.renewed_dict(state)
    putting.gone.append(now)
    for key in now.keys() - state.keys():
        _delete_in_class(value, key)
    for key, one in state.items():
        if now.get(key, _NOTHING) is not one:
            _set_in_class(value, key, one)


def _take_object(value: Any) -> tuple[type, dict[Any, Any] | None]:
    return type(value), reach.attributes(value)


def _put_object(value: Any, state: tuple[type, dict[Any, Any] | None], _: Putting) -> None:
    kind, attributes = state
    if type(value) is not kind:
        _set_class(value, kind)
    if attributes is not None and reach.attributes(value) is not attributes:
        _set_dict(id(value), id(attributes), None)


def _slots_of(kind: type) -> list[Any]:
    """The descriptors of a type's slots, its bases' too."""
    return [
        one
        for base in _mro(kind)
        for one in list(reach.class_attributes(base).values())
        if "__slots__" in reach.class_attributes(base) and type(one) is types.MemberDescriptorType
    ]


def _slots(slots: list[Any]) -> Kind:
    def take(value: Any) -> list[Any]:
        return [_take_slot(slot, value) for slot in slots]

    def put(value: Any, state: list[Any], putting: Putting) -> None:
        for slot, one in zip(slots, putting.renewed(state), strict=True):
            now = _take_slot(slot, value)
            putting.gone.append(now)
            if one is _NOTHING and now is not _NOTHING:
                slot.__delete__(value)
            elif one is not now:
                slot.__set__(value, one)

    return Kind(take, put)


def _take_slot(slot: Any, value: Any) -> Any:
    try:
        return slot.__get__(value)
    except AttributeError:
        return _NOTHING


def _without_putting(put: Callable[[Any, Any], Any]) -> Callable[[Any, Any, Putting], None]:
    def adapted(value: Any, state: Any, _: Putting) -> None:
        put(value, state)

    return adapted


def _sequence(kind: Any) -> Kind:
    """Of a sequence of plain values."""
    everything = slice(None)

    def put(value: Any, state: Any) -> None:
        if kind.__getitem__(value, everything) != state:
            kind.__setitem__(value, everything, state)

    return Kind(lambda value: kind.__getitem__(value, everything), _without_putting(put))


def _put_numpy(value: Any, state: Any) -> None:
    _bit_generator(value).state = state


_OBJECT = Kind(_take_object, _put_object)

#: The first that a type derives from tells what its contents are.
_CONTENTS: tuple[tuple[type, Kind], ...] = (
    (_OrderedDict, Kind(lambda value: list(_OrderedDict.items(value)), _put_ordered)),
    (dict, Kind(dict.copy, _put_dict)),
    (list, Kind(list.copy, _put_list)),
    (set, Kind(lambda value: list(set.__iter__(value)), _put_set)),
    (_deque, Kind(lambda value: list(_deque.__iter__(value)), _put_deque)),
    (bytearray, _sequence(bytearray)),
    (_array, _sequence(_array)),
    (types.CellType, Kind(_take_cell, _put_cell)),
    (types.FunctionType, Kind(lambda value: (value.__defaults__, value.__kwdefaults__), _put_function)),
    (type, Kind(_take_class, _put_class)),
    (_Random, Kind(_Random.getstate, _without_putting(_Random.setstate))),
    (_Generator, Kind(_Generator.get_state, _without_putting(_Generator.set_state))),
    (numpy.random.Generator, Kind(lambda value: _bit_generator(value).state, _without_putting(_put_numpy))),
    (
        numpy.random.RandomState,
        Kind(
            lambda value: numpy.random.RandomState.get_state(value, legacy=False),
            _without_putting(numpy.random.RandomState.set_state),
        ),
    ),
)
