"""Runs a bundle's `build_model(ctx)` and one forward on shapes, and says what came of it."""

import contextlib
from dataclasses import dataclass

import torch
from prism_challenge.evaluator.interface import PrismContext
from torch._shape import dtypes, modes
from torch._shape.cost import COST
from torch._shape.tensor import MODE, Tensor, make
from torch._shape.undecided import JOURNAL, Undecided
from torch.nn.modules.module import Module, forget_global_hooks

from . import confinement, count, faults
from .growth import may_grow
from .importer import OWN, Bundled

ROWS = 1
MOST_COLUMNS = 1024


@dataclass
class Outcome:
    """Exactly one of the first three is set."""

    count: "count.Count | None" = None
    fault: "faults.Fault | None" = None
    undecided: str | None = None
    #: Why the first forward could not be followed; None when it ran through.
    forward: str | None = None
    #: What the first forward cost a token; None when it could not be followed.
    flops_per_token: int | None = None
    activation_bytes_per_token: int | None = None


def context(values, factory=None):
    """The record that `build_model` gets."""
    return PrismContext(
        vocab_size=values.vocab_size, sequence_length=values.sequence_length, max_layers=values.max_layers,
        max_parameters=values.max_parameters, seed=values.seed, tokenizer=values.tokenizer, device="cpu", _factory=factory)


def run(bundle, entry, values):
    """Builds, sends one batch of shapes through, counts."""
    JOURNAL.clear()
    count.forget_created()
    MODE.update(grad=True, inference=False, autocast=None)
    dtypes.set_default_dtype(dtypes.float32)
    dtypes.set_default_device(None)
    forget_global_hooks()
    modes.manual_seed(values.seed)
    bundled = Bundled(bundle, entry.path, values.seed)
    with confinement.within(bundled, OWN):
        model, outcome = _build(bundled, bundle, entry, values)
        if outcome is not None:
            return outcome
        before = count.created()
        forward = _forward(model, values)
        grew = count.created() > before
        return _counted(model, forward, grew, bundle, values)


def _build(bundled, bundle, entry, values):
    try:
        module = bundled.load(entry.path)
        factory = module.__dict__.get(entry.symbol)
        if not callable(factory):
            message = f"{entry.path} defines no function `{entry.symbol}`"
            return None, _decided(faults.Fault(faults.INSTANTIATION, message, entry.path))
        bundled.reseed(values.seed)
        modes.manual_seed(values.seed)
        try:
            model = factory(context(values))
        except TypeError as error:
            fault = faults.signature_fault(error, factory, entry)
            if fault is None:
                raise
            return None, _decided(fault)
    except BaseException as error:  # noqa: BLE001 - whatever a bundle raises ends here
        confinement.repair()
        fault = faults.of_exception(error, bundle)
        if fault is None:
            return None, Outcome(undecided=faults.reason(error))
        return None, _decided(fault)
    confinement.repair()
    if JOURNAL:
        return None, Outcome(undecided=JOURNAL[0])
    if not count.is_a(model, Module):
        with contextlib.suppress(AttributeError):
            model.close()  # a coroutine that nobody awaits
        kind = type(model)
        if kind.__module__.startswith("torch") and not count.is_a(model, Tensor):
            return None, Outcome(undecided=f"build_model returned a {kind.__name__}")
        message = f"`{entry.symbol}` must return a torch.nn.Module, and it returned {_article(kind.__name__)}"
        line = faults.definition(bundle.bytes(entry.path), entry.symbol)
        return None, Outcome(fault=faults.Fault(faults.RETURN_TYPE, message, entry.path, line))
    return model, None


def _decided(fault):
    """A fault, unless something undecided was swallowed before it."""
    return Outcome(undecided=JOURNAL[0]) if JOURNAL else Outcome(fault=fault)


def _article(name):
    return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name}" if name != "NoneType" else "None"


def _columns(values):
    return min(max(values.sequence_length, 2), MOST_COLUMNS)


def _forward(model, values):
    """One row of shapes through the model in eval mode; None when it ran through, else why not."""
    tokens = make((ROWS, _columns(values)), torch.int64, dtypes.CPU)
    COST.clear()
    try:
        with torch.no_grad():
            model.eval()
            model(tokens)
    except BaseException as error:  # noqa: BLE001
        confinement.repair()
        return faults.reason(error)
    confinement.repair()
    return JOURNAL[0] if JOURNAL else None


def _counted(model, forward, grew, bundle, values):
    try:
        counted = count.count(model)
    except (count.Unclear, RecursionError, Undecided) as error:
        return Outcome(undecided=str(error) or type(error).__name__)
    if counted.lazy:
        why = f": {forward}" if forward else ""
        return Outcome(undecided=f"{counted.lazy[0]} has no shape after the first forward{why}")
    if forward is not None and (grew or may_grow(bundle)):
        return Outcome(undecided=f"the first forward may add parameters and could not be followed: {forward}")
    if forward is not None:
        return Outcome(count=counted, forward=forward)
    tokens = ROWS * _columns(values)
    return Outcome(count=counted, flops_per_token=round(COST.flops / tokens),
                   activation_bytes_per_token=round(COST.bytes / tokens))
