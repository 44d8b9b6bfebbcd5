"""A question in between changes nothing: what a forward pass changed is put back, whatever it is and wherever it is kept."""

from __future__ import annotations

import importlib.util
import logging
import sys
import textwrap
import threading
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy
import preflights  # noqa: F401
import pytest
import torch
from prism_challenge.worker import determinism, restore
from torch import nn

#: Written before every case.
HEAD = """
import array, collections, functools, itertools, random, types, weakref
import numpy
import torch
from torch import nn
import torch.nn.functional as F
"""

#: By what is kept: the `__init__` and the `forward` of a model whose answers depend on what it was asked before, and what
#: stands around it. `self.lin` is a linear layer.
CASES = {
    "batch norm": ("self.bn = nn.BatchNorm1d(4, momentum=None)", "self.bn(x); y = self.lin(x) * self.bn.running_var + self.bn.num_batches_tracked"),
    "spectral norm": ("self.sn = nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4))", "y = self.sn(x)"),
    "spectral norm as it was": ("self.sn = nn.utils.spectral_norm(nn.Linear(4, 4))", "y = self.sn(x)"),
    "a buffer written in place": ("self.register_buffer('seen', torch.zeros(4))", "self.seen += x.detach().sum(0); y = self.lin(x) + self.seen"),
    "a buffer written through data": ("self.register_buffer('seen', torch.zeros(4))", "self.seen.data.add_(x.sum(0)); y = self.lin(x) + self.seen.clone()"),
    "a buffer set anew": ("self.register_buffer('seen', torch.zeros(4))", "self.seen = self.seen * 0.9 + x.detach().sum(0); y = self.lin(x) + self.seen"),
    "a plain tensor": ("self.seen = torch.zeros(4)", "self.seen += x.detach().sum(0); y = self.lin(x) + self.seen"),
    "a tensor that wants a gradient only now": ("self.seen = torch.zeros(4)", "self.seen = self.seen.detach(); self.seen += self.lin(x).sum(0) if not self.seen.requires_grad else 1; y = self.lin(x) + self.seen"),
    "a buffer that gets a graph": ("self.register_buffer('seen', torch.zeros(4))", "was = self.seen.requires_grad; self.seen.detach_().add_(self.lin(x).sum(0)); y = self.lin(x) + self.seen * (2 if was else 1); self.seen.detach_()"),
    "a carried state with its graph": ("self.cell = nn.GRUCell(4, 4); self.h = torch.zeros(3, 4)", "h = self.cell(x, self.h.detach()); self.h = h; y = self.lin(h)"),
    "a carried state that is detached by the next": ("self.cell = nn.GRUCell(4, 4); self.h = torch.zeros(3, 4)", "self.h.detach_(); self.h = self.cell(x, self.h); y = self.lin(self.h)"),
    "parameters that learn in the forward pass": ("pass", "with torch.no_grad(): self.lin.weight.add_(x.mean(0))\ny = self.lin(x)"),
    "parameters given other memory": ("pass", "self.lin.weight.data = self.lin.weight.data * 0.5\ny = self.lin(x)"),
    "parameters in another type": ("pass", "t = {torch.float: torch.double, torch.double: torch.float}[self.lin.weight.dtype]; self.lin.to(t); y = (self.lin(x.to(t)) * (1 + (t is torch.double))).float(); self.lin.weight.data.mul_(0.9)"),
    "memory that grows": ("self.seen = torch.zeros(4)", "self.seen.resize_(self.seen.numel() + 4)[-4:] = x.detach().sum(0); y = self.lin(x) + self.seen.view(-1, 4).sum(0)"),
    "a gradient": ("self.fast = nn.Parameter(torch.ones(4))", "with torch.enable_grad(): (self.fast * x.detach()).square().mean().backward()\ny = self.lin(x) + self.fast.grad"),
    "whether a gradient is wanted": ("pass", "self.lin.bias.requires_grad_(not self.lin.bias.requires_grad); y = self.lin(x) * (2 if self.lin.bias.requires_grad else 1)"),
    "a tied weight": ("self.tied = nn.Linear(4, 4); self.tied.weight = self.lin.weight", "self.tied.weight.data.mul_(0.9); y = self.lin(x)"),
    "a view": ("self.all = torch.zeros(2, 4); self.part = self.all[1]", "self.part += x.detach().sum(0); y = self.lin(x) + self.all.sum(0)"),
    "what is behind a view": ("self.part = torch.zeros(2, 4)[1]", "self.part._base[1] += x.detach().sum(0); y = self.lin(x) + self.part"),
    "a sparse tensor": ("self.s = torch.eye(4).to_sparse()", "self.s._values().mul_(1 + x.detach().mean()); y = self.lin(x) + self.s.to_dense().sum(0)"),
    "a storage": ("self.st = torch.zeros(4).untyped_storage()", "t = torch.tensor([]).set_(self.st); t += x.detach().sum(0); y = self.lin(x) + t"),
    "a cache that grows": ("self.k = torch.zeros(0, 4)", "self.k = torch.cat([self.k, x.detach()]); y = self.lin(x) + self.k.mean(0)"),
    "a list of tensors": ("self.past = []", "self.past.append(x.detach()); y = self.lin(x) + sum(self.past).sum(0)"),
    "a tensor in a tuple in a dict": ("self.memo = {'h': (torch.zeros(4), 1)}", "self.memo['h'][0].add_(x.detach().sum(0)); y = self.lin(x) + self.memo['h'][0]"),
    "a cache in a dict": ("self.memo = {}", "self.memo[len(self.memo)] = x.detach(); y = self.lin(x) + len(self.memo) + self.memo[0].sum(0)"),
    "a dict whose order counts": ("self.memo = {'a': 1., 'b': 2., 'c': 3.}", "k = next(iter(self.memo)); self.memo[k] = self.memo.pop(k); y = self.lin(x) * self.memo[k]"),
    "an ordered dict whose order counts": ("self.memo = collections.OrderedDict(a=1., b=2., c=3.)", "k = next(iter(self.memo)); self.memo.move_to_end(k); y = self.lin(x) * self.memo[k]"),
    "a default dict": ("self.n = collections.defaultdict(int)", "self.n[int(x.sum() > 0)] += 1; y = self.lin(x) + sum(v * (k + 1) for k, v in self.n.items())"),
    "counts in a dict": ("self.n = collections.Counter()", "self.n.update((x > 0).flatten().tolist()); y = self.lin(x) + self.n[True]"),
    "a deque of the last": ("self.past = collections.deque([torch.zeros(4)] * 2, maxlen=2)", "self.past.append(x.detach().sum(0)); y = self.lin(x) + self.past[0]"),
    "a set": ("self.seen = set()", "self.seen.add(float(x.sum())); y = self.lin(x) + len(self.seen)"),
    "a counter": ("self.n = 0", "self.n += 1; y = self.lin(x) * self.n"),
    "an attribute made by the first": ("pass", "self.h = getattr(self, 'h', 0) + x.detach().sum(0); y = self.lin(x) + self.h"),
    "an attribute that is taken away": ("self.first = 2.0", "y = self.lin(x) * (self.first if hasattr(self, 'first') else 1); self.__dict__.pop('first', None)"),
    "a module made by the first": ("pass", "self.more = getattr(self, 'more', None) or nn.Linear(4, 4); self.more.weight.data.mul_(0.5); y = self.lin(x) + self.more(x)"),
    "a lazy module": ("self.lazy = nn.LazyLinear(4)", "self.k = x.shape[0]; y = self.lazy(x if x.shape[0] == 3 else x.repeat(1, 2)[:, :4])\nself.lazy.weight.data.mul_(0.9)"),
    "a hook's closure": ("n = [0]\ndef hook(module, args, out): n[0] += 1; return out * n[0]\nself.lin.register_forward_hook(hook)", "y = self.lin(x)"),
    "a closure's own variable": ("n = 0\ndef count():\n    nonlocal n\n    n += 1\n    return n\nself.count = count", "y = self.lin(x) * self.count()"),
    "a default argument": ("def keep(x, past=[]): past.append(x); return sum(past)\nself.keep = keep", "y = self.lin(x) + self.keep(x.detach().sum(0))"),
    "a function's attribute": ("pass", "count.n += 1; y = self.lin(x) * count.n", "def count(): pass\ncount.n = 0"),
    "a partial and a bound method": ("self.push = functools.partial([].append); self.pop = self.push.func", "self.push(x.detach().sum(0)); y = self.lin(x) + sum(self.push.func.__self__)"),
    "a global": ("pass", "global N; N += 1; y = self.lin(x) * N", "N = 0"),
    "a tensor among the globals": ("pass", "SEEN.add_(x.detach().sum(0)); y = self.lin(x) + SEEN", "SEEN = torch.zeros(4)"),
    "a class's attribute": ("pass", "Net.n += 1; y = self.lin(x) * Net.n", "Net.n = 0"),
    "an attribute that a class gets": ("pass", "Net.n = getattr(Net, 'n', 0) + 1; y = self.lin(x) * Net.n"),
    "a base class's attribute": ("pass", "Base.n += 1; y = self.lin(x) * Base.n", "", "class Base: n = 0"),
    "a method that is replaced": ("pass", "y = self.scaled(x)\nNet.scaled = lambda self, x: self.lin(x) * 2", "Net.scaled = lambda self, x: self.lin(x)"),
    "a slot": ("self.s = Slotted()", "self.s.n = getattr(self.s, 'n', 0) + 1; y = self.lin(x) * self.s.n", "class Slotted: __slots__ = ('n',)"),
    "a plain object": ("self.s = types.SimpleNamespace(n=0)", "self.s.n += 1; y = self.lin(x) * self.s.n"),
    "an object's class": ("self.s = First()", "y = self.lin(x) * self.s.n; self.s.__class__ = Second", "class First: n = 1\nclass Second: n = 2"),
    "an object's dict": ("self.s = Plain(); self.s.n = 1", "y = self.lin(x) * self.s.n; self.s.__dict__ = {'n': self.s.n + 1}", "class Plain: pass"),
    "something behind a weak reference": ("self.s = weakref.ref(KEPT)", "self.s().n = getattr(self.s(), 'n', 0) + 1; y = self.lin(x) * self.s().n", "class Plain: pass\nKEPT = Plain()"),
    "a generator of torch's": ("self.g = torch.Generator().manual_seed(1)", "y = self.lin(x) + torch.randn(4, generator=self.g)"),
    "a generator of Python's": ("self.g = random.Random(1)", "y = self.lin(x) + self.g.gauss(0, 1) + self.g.random()"),
    "a generator of NumPy's": ("self.g = numpy.random.default_rng(1)", "y = self.lin(x) + float(self.g.normal())"),
    "an old generator of NumPy's": ("self.g = numpy.random.RandomState(1)", "y = self.lin(x) + float(self.g.normal())"),
    "the streams of the process": ("pass", "y = self.lin(F.dropout(x, 0.5)) + random.random() + numpy.random.rand()"),
    "an array": ("self.a = numpy.zeros(4)", "self.a += x.detach().sum(0).numpy(); y = self.lin(x) + torch.from_numpy(self.a).float()"),
    "a view of an array": ("self.a = numpy.zeros((2, 4))[1]", "self.a += x.detach().sum(0).numpy(); y = self.lin(x) + torch.from_numpy(self.a).float()"),
    "an array of objects": ("self.a = numpy.empty(2, dtype=object); self.a[0] = []", "self.a[0].append(1); self.a[1] = len(self.a[0]); y = self.lin(x) * self.a[1]"),
    "an array in a tuple in a dict": ("self.a = {'a': (numpy.zeros(4),)}", "self.a['a'][0][:] += 1; y = self.lin(x) + float(self.a['a'][0].sum())"),
    "bytes": ("self.b = bytearray(4); self.c = array.array('d', [0])", "self.b[0] += 1; self.b.append(0); self.c[0] += 0.5; y = self.lin(x) * self.b[0] + len(self.b) * self.c[0]"),
    "a counting iterator": ("self.n = itertools.count(1)", "y = self.lin(x) * next(self.n)"),
    "a cycle": ("self.n = itertools.cycle([1, 2, 5]); self.m = [iter(range(1, 99))]", "y = self.lin(x) * next(self.n) * next(self.m[0])"),
    "a ring of objects": ("self.ring = [1]; self.ring.append(self.ring); self.ring.append(self)", "self.ring[1][0] += 1; y = self.lin(x) * self.ring[2].ring[0]"),
    "an optimiser within": ("self.fast = nn.Linear(4, 4); self.opt = torch.optim.Adam(self.fast.parameters())", "with torch.enable_grad(): self.opt.zero_grad(); self.fast(x.detach()).square().mean().backward(); self.opt.step()\ny = self.lin(x) + self.fast(x).detach()"),
    "a weak dictionary": ("self.w = weakref.WeakKeyDictionary()", "self.w[self] = self.w.get(self, 0) + 1; y = self.lin(x) * self.w[self]"),
    "a dict that is its own attributes": ("self.s = Attributes(n=0)", "self.s.n += 1; self.s['m'] = self.s.n; y = self.lin(x) * self.s.m", "class Attributes(dict):\n    def __init__(self, **k): super().__init__(**k); self.__dict__ = self"),
    "a list of a class of its own": ("self.s = Own(); self.s.n = 0", "self.s.n += 1; self.s.append(1); y = self.lin(x) * self.s.n * len(self.s)", "class Own(list):\n    def __iter__(self): raise SystemError\n    def copy(self): raise SystemError"),
    "a tensor of a class of its own": ("self.s = torch.zeros(4).as_subclass(Own); self.s.n = 0", "self.s.data.add_(1); self.s.n += 1; y = self.lin(x) + torch.Tensor(self.s) * self.s.n", "class Own(torch.Tensor):\n    def detach(self): raise SystemError\n    def clone(self): raise SystemError"),
}  # fmt: skip

ROWS, WIDTH, STEPS = 3, 4, 3


def write(folder: Path, init: str, forward: str, after: str = "", before: str = "") -> Path:
    """A bundle of one module."""
    text = [
        HEAD,
        before,
        "class Net(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        "        self.lin = nn.Linear(4, 4)",
        textwrap.indent(init, " " * 8),
        "    def forward(self, x):",
        textwrap.indent(forward, " " * 8),
        "        return y",
        after,
    ]
    folder.mkdir()
    (folder / "architecture.py").write_text("\n".join(text))
    return folder


def load(folder: Path, name: str = "architecture") -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def answers(folder: Path, questions: int, *, gradients: bool = True, put_back: bool = True) -> list[torch.Tensor]:
    """What a fresh model answers to the rows of a short training, with questions in between."""
    module = load(folder)
    determinism.seed_all(1)
    model = module.Net()
    draws = torch.Generator().manual_seed(2)
    found = []
    for _ in range(STEPS):
        rows = torch.randn(ROWS, WIDTH, generator=draws)
        streams, undo = determinism.save_streams(), restore.save(model, folder)
        for question in range(questions):
            with torch.set_grad_enabled(gradients):
                model(rows * 0.5 + question)
            if put_back:
                undo(), streams()
        del undo, streams
        answer = model(rows)
        found.append(answer.detach().clone())
        answer.square().mean().backward()
        with torch.no_grad():
            for one in model.parameters():
                if one.grad is not None:
                    one -= 0.01 * one.grad
    found.extend(one.detach().clone() for one in model.parameters())
    return found


def equal(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return len(one) == len(other) and all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("gradients", [True, False], ids=["with gradients", "without"])
@pytest.mark.parametrize("case", CASES)
def test_a_question_changes_nothing(case: str, gradients: bool, tmp_path: Path) -> None:
    folder = write(tmp_path / "bundle", *CASES[case])
    unasked = answers(folder, 0)
    assert equal(answers(folder, 1, gradients=gradients), unasked)
    assert equal(answers(folder, 3, gradients=gradients), unasked), "putting back works more than once"
    assert not equal(answers(folder, 1, gradients=gradients, put_back=False), unasked), "the case keeps a state"


def test_objects_stay_the_same_objects(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
    model.part = model[0].weight[1:]
    model(torch.randn(3, 4)).sum().backward()
    model.items, model.memo = [1], {"a": model[0].bias}
    parameters, part = list(model.parameters()), model.part

    def looks() -> list[Any]:
        tensors = [*model.parameters(), *model.buffers(), model.part]
        return [
            (id(one), one.data_ptr(), one.untyped_storage()._cdata, one._version, one.requires_grad, one.grad_fn, id(one.grad) if one.is_leaf else 0)
            for one in tensors
        ] + [id(model.items), id(model.memo), id(model._modules), id(model.__dict__), id(model[0].weight.grad)]

    before, values = looks(), [one.detach().clone() for one in parameters]
    gradient = model[0].weight.grad.clone()
    undo = restore.save(model, tmp_path)
    model(torch.randn(3, 4)).sum().backward()
    model[1].running_mean.add_(1)
    model[0].weight.data = torch.ones(9)
    model[0].bias.requires_grad_(False)
    model[0].bias.grad = None
    model.items.append(2), model.memo.clear()
    model.items, model.part, model.memo = 1, 2, 3
    undo()
    assert looks() == before and model.part is part
    assert equal(list(model.parameters()), values) and torch.equal(model[0].weight.grad, gradient)
    assert model.items == [1] and list(model.memo) == ["a"] and model.memo["a"] is model[0].bias
    model[0].weight.data[1:] = 5
    assert (model.part == 5).all(), "a view stays a view"


def test_a_graph_from_before_is_still_good(tmp_path: Path) -> None:
    model = nn.GRUCell(4, 4)
    rows = torch.randn(3, 4)
    model.h = model(rows, model(rows, torch.zeros(3, 4)))
    (expected,) = torch.autograd.grad(model.h.sum(), model.weight_hh, retain_graph=True)
    undo = restore.save(model, tmp_path)
    model.h = model(rows, model.h)
    with torch.no_grad():
        model.weight_hh.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        torch.autograd.grad(model.h.sum(), model.weight_hh, retain_graph=True)
    undo()
    assert torch.equal(torch.autograd.grad(model.h.sum(), model.weight_hh)[0], expected)


def test_a_module_that_a_question_imports_is_imported_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = ("pass", "import late_of_the_bundle as late; late.N += 1; y = self.lin(x) * late.N")
    folder = write(tmp_path / "bundle", *case)
    (folder / "late_of_the_bundle.py").write_text("N = 0")
    monkeypatch.syspath_prepend(str(folder))
    try:
        unasked = answers(folder, 0)
        del sys.modules["late_of_the_bundle"]
        assert equal(answers(folder, 2), unasked)
    finally:
        sys.modules.pop("late_of_the_bundle", None)


HOSTILE = """
CALLED, ARMED = [], []

def trap(name):
    def call(*args, **kwargs):
        if ARMED:
            CALLED.append(name)
            raise SystemError(name)
    return call

NAMES = ["__getattr__", "__reduce__", "__reduce_ex__", "__deepcopy__", "__copy__", "__getstate__", "__setstate__", "__iter__",
         "__len__", "__eq__", "__bool__", "__contains__", "__getitem__", "__setitem__", "__delitem__", "__setattr__",
         "__delattr__", "keys", "values", "items", "copy", "clear", "update", "pop", "append", "extend", "add", "clone", "detach",
         "data_ptr", "untyped_storage", "get_state", "set_state", "getstate", "setstate", "__array__", "__array_finalize__",
         "__torch_function__", "__buffer__", "__bytes__", "__call__", "__index__", "__getattribute__"]
PROPERTIES = ["__dict__", "__class__", "grad", "data", "requires_grad", "shape"]

class Plain: pass

ARGUMENTS = {array.array: ("d", [1.0]), functools.partial: (len,), weakref.ref: (Plain,), numpy.ndarray: ((3,),)}
MADE, METAS = [], []
for base in (object, dict, list, set, tuple, collections.OrderedDict, collections.deque, bytearray, array.array, random.Random,
             functools.partial, numpy.ndarray, torch.Tensor, weakref.ref):
    inside = {name: trap(name) for name in NAMES} | {name: property(trap(name)) for name in PROPERTIES}
    inside["__hash__"] = object.__hash__
    if base is torch.Tensor:
        inside["__torch_dispatch__"] = classmethod(trap("__torch_dispatch__"))
    METAS.append(type("Meta", (type(base),), {}))
    kind = type.__new__(METAS[-1], "Hostile", (base,), inside)
    if base is torch.Tensor:
        MADE.append(torch.Tensor._make_subclass(kind, torch.ones(3)))
    else:
        MADE.append(base.__new__(kind, *ARGUMENTS.get(base, ())))

def arm():
    for meta in METAS:
        for name in ("__hash__", "__eq__", "__getattribute__", "__setattr__", "__instancecheck__", "__subclasscheck__"):
            setattr(meta, name, trap(name + " of a class"))
    ARMED.append(True)
"""


def test_no_line_of_the_bundle_runs(tmp_path: Path) -> None:
    folder = write(tmp_path / "bundle", "self.made = MADE; self.n = 0", "self.n += 1; y = self.lin(x)", HOSTILE)
    module = load(folder)
    model = module.Net()
    module.arm()
    taken = restore._Taken(model, folder)
    assert module.CALLED == []
    assert len(module.MADE) == 14 and all(id(one) in taken._seen for one in module.MADE)
    tensor = next(one for one in module.MADE if issubclass(type(one), torch.Tensor))
    shown = torch._C.TensorBase.data_ptr(tensor)
    model.n = 7
    model.made.clear()
    taken.put_back()
    assert module.CALLED == []
    assert (model.n, len(model.made)) == (0, 14) and torch._C.TensorBase.data_ptr(tensor) == shown
    module.ARMED.clear()


def test_what_is_let_go_sees_everything_put_back(tmp_path: Path) -> None:
    model = nn.Linear(2, 2)
    model.first, model.last, seen = 1, 2, []

    class Leaving:
        def __del__(self) -> None:
            seen.append((model.first, model.last, hasattr(model, "more")))

    undo = restore.save(model, tmp_path)
    model.first = Leaving()
    model.more, model.last = Leaving(), Leaving()
    undo()
    assert seen == [(1, 2, False)] * 3


def test_a_hundred_thousand_objects_and_as_deep_a_chain(tmp_path: Path) -> None:
    class Link:
        def __init__(self, below: Any) -> None:
            self.below, self.n = below, 0

    model, link = nn.Linear(2, 2), None
    for _ in range(100_000):
        link = Link(link)
    model.link, model.many = link, [{"n": [number]} for number in range(50_000)]
    undo = restore.save(model, tmp_path)
    while link is not None:
        link.n, link = 1, link.below
    for one in model.many:
        one["n"].append(1)
    del model.many[1:]
    undo()
    assert len(model.many) == 50_000 and all(one["n"] == [number] for number, one in enumerate(model.many))
    link, length = model.link, 0
    while link is not None:
        assert link.n == 0
        link, length = link.below, length + 1
    assert length == 100_000


def test_memory_that_nobody_can_write_is_left(tmp_path: Path) -> None:
    file = tmp_path / "sample"
    file.write_bytes(bytes(range(200)))
    model = nn.Linear(2, 2)
    model.sample = numpy.memmap(file, dtype="u1", mode="r")
    with warnings.catch_warnings(action="ignore"):
        model.same = torch.from_numpy(model.sample)
    undo = restore.save(model, tmp_path)
    model.same = None
    undo()
    assert model.sample[3] == 3 and model.same[3] == 3


def test_what_is_the_library_s_is_left(tmp_path: Path) -> None:
    model = nn.Linear(2, 2)
    model.log, model.lock, model.event = logging.getLogger("restored"), threading.Lock(), threading.Event()
    model.torch, model.library, model.linear = torch, vars(torch), nn.Linear
    model.answers = (one for one in range(9))
    undo = restore.save(model, tmp_path)
    model.log.level_of_ours = 1
    model.event.set(), next(model.answers)
    undo()
    assert model.log.level_of_ours == 1 and model.event.is_set() and next(model.answers) == 1
    del model.log.level_of_ours
    assert len(restore._Taken(model, tmp_path)._seen) < 200


def test_the_run_s_own_objects_are_left(tmp_path: Path) -> None:
    from prism_challenge.worker.stream import Stream

    model = nn.Linear(2, 2)
    model.stream = Stream(None, "bytes", 4, tmp_path)
    undo = restore.save(model, tmp_path)
    model.stream.phase = "predict"
    undo()
    assert model.stream.phase == "predict"


def test_each_memory_is_taken_once(tmp_path: Path) -> None:
    model = nn.Linear(256, 256)
    model.views = [model.weight.data[row] for row in range(256)] + [model.weight.data.expand(9, 256, 256)]
    taken = restore._Taken(model, tmp_path)
    assert sum(one._size for one in taken._memory.states()) == (256 * 256 + 256) * 4
