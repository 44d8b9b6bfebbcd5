"""Takes the state of all that a model can reach and puts it back in place.

Verification asks a model questions in between. An honest design whose forward pass changes something (running statistics, a
carried hidden state, a cache, a counter) must not be told from itself by that, so what a question changed is undone before
the real rows follow. Objects stay the same objects: tensors keep their identity, storages and version, containers and
attributes get their contents back. The walk starts at the model and the globals of the bundle's modules; no line of the
bundle runs in it. The random streams that belong to no object are `determinism.save_streams`'s.

What it can't put back: the position of a running generator; what an in-place operation did to the graph of a tensor that had
one before (its value is put back); what lies outside the process; the standard library's own objects but for containers,
generators of random numbers and counters.

Cost, by `runner/python/tests/measure_restore.py` on one core: taking and putting back once takes 16 % of a forward pass of a
GPT of 1 million parameters on 16 x 256 bytes (50 ms), 5 % of one of 124 million on 2 x 1,024 tokens (0.7 s), and 15 us for each
small object of a design that keeps many.
"""

from __future__ import annotations

import contextlib
import sys
import types
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from . import object_state, reach
from .object_state import Iterators, Kind, Putting
from .tensor_state import Memory, TensorState, put_versions

_without_functions, _without_dispatch = torch._C.DisableTorchFunctionSubclass, torch._C._DisableTorchDispatch
_Tensor, _Reference = torch.Tensor, weakref.ref
#: Types that hold a place in running code.
_RUNNING = frozenset(
    map(
        id,
        (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.FrameType, types.TracebackType),
    )
)
#: Modules of the standard library whose objects hold what they are given, and no lock and no thread.
_CONTAINERS = frozenset(
    ("builtins", "collections", "types", "functools", "random", "_random", "array", "itertools", "weakref", "argparse")
)


def save(model: torch.nn.Module, root: Path) -> Callable[[], None]:
    """Takes the state of everything the model can reach; the answer puts it back, as often as it is called.

    `root` is the bundle's folder. One copy of what is reachable is held for as long as the answer is.
    """
    return _Taken(model, root).put_back


class _Taken:
    """One state, taken when this is made."""

    def __init__(self, model: torch.nn.Module, root: Path) -> None:
        self._root = root
        # By identity; kept alive, so that no later object gets the identity of one of these.
        self._seen: dict[int, Any] = {}
        self._kinds: dict[int, list[Kind]] = {}
        self._objects: list[tuple[Kind, Any, Any]] = []
        self._tensors: list[TensorState] = []
        self._memory, self._iterators = Memory(), Iterators()
        self._modules = dict(reach.modules_below(root))
        ours = set(map(id, self._modules.values()))
        everyone = (reach.attributes(one) for one in list(sys.modules.values()) if type(one) is types.ModuleType)
        self._libraries = {id(names) for names in everyone} - ours
        with _without_functions(), _without_dispatch():
            self._walk([model, *self._modules.values()])

    def put_back(self) -> None:
        """Puts everything back: what holds what, then the tensors, then what memory holds."""
        with _without_functions(), _without_dispatch():
            for name, names in list(reach.modules_below(self._root)):
                # Imported since; the real rows must find it as a question did.
                if self._modules.get(name) is not names:
                    sys.modules.pop(name, None)
            putting = Putting(self._iterators)
            for kind, value, state in self._objects:
                # What can't be put back, an oddity of a bundle's, is no reason to leave the rest.
                with contextlib.suppress(Exception):
                    kind.put(value, state, putting)
            for one in (*self._tensors, *self._memory.states()):
                with contextlib.suppress(Exception):
                    one.put()
            put_versions(self._tensors)

    def _walk(self, waiting: list[Any]) -> None:
        while waiting:
            value = waiting.pop()
            if id(type(value)) in reach.PLAIN or id(value) in self._seen or self._left_alone(value):
                continue
            self._seen[id(value)] = value
            with contextlib.suppress(Exception):
                waiting.extend(self._take(value))
            waiting.extend(one for _, one in reach.inside("", value))

    def _left_alone(self, value: Any) -> bool:
        kind = type(value)
        if id(kind) in _RUNNING or id(value) in self._libraries:
            return True
        if reach.is_a(value, type):
            return reach.is_library(value)
        package = reach.package_of(kind)
        if package in sys.stdlib_module_names:
            return reach.module_of(kind) not in _CONTAINERS
        return package in ("prism_challenge", "prism_capture")

    def _take(self, value: Any) -> list[Any]:
        """Takes the state of one object; returns what it leads to beside what `reach` knows."""
        kind = type(value)
        kinds = self._kinds.get(id(kind))
        if kinds is None:
            # The type is alive for as long as the object is.
            kinds = self._kinds[id(kind)] = object_state.kinds_of(kind)
        for one in kinds:
            self._objects.append((one, value, one.take(value)))
        self._iterators.take(value)
        further = self._memory.take(value)
        if reach.is_a(value, _Tensor):
            tensor = TensorState(value)
            self._tensors.append(tensor)
            further += tensor.leads_to()
        elif reach.is_a(value, _Reference):
            further.append(_Reference.__call__(value))
        # As a dict of its own: attributes may come and go.
        further.append(None if reach.is_a(value, type) else reach.attributes(value))
        return further
