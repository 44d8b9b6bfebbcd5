"""A copy of the model to ask questions of: the same answer to the same tokens, in the model's own type or in float64.

Forward passes of one model on one input may differ: by random streams, which are seeded before each; by memory that a
model carries from call to call, which is honest, so that each call then gets a fresh copy; by anything else, which is
noise.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch.nn.modules.dropout import _DropoutNd
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

from ..worker import determinism
from ..worker.stream import device_of, logits_of
from . import counts

#: Parameters that start at one value throughout are moved by up to this, as the first steps of training would: a gate
#: or a last layer that starts at zero hides what lies before it. Others keep their pattern, which may be a mask.
_MOVE = 0.03

_REAL = (torch.float16, torch.bfloat16, torch.float32)
_COMPLEX = (torch.complex32, torch.complex64)


class Probe:
    """Asks a model. Holds one copy of it, or two when it carries memory."""

    def __init__(self, model: torch.nn.Module, seed: int, *, move: bool = True, exact: bool = False) -> None:
        """Copies the model. One that can't be copied is asked itself; in float64 that raises what copying raised.

        `move` moves the parameters, `exact` computes in float64 throughout.
        """
        self._seed = seed
        self._exact = exact
        #: Whether the last answer drew random numbers.
        self.drew = False
        try:
            self.model = copy.deepcopy(model)
        except Exception:
            if exact:
                raise
            self.model = model
        if move:
            _move(self.model, seed)
        if exact:
            torch.nn.Module.double(self.model)
        self._pristine: torch.nn.Module | None = None

    def carries_memory(self) -> None:
        """From now on each call works on a fresh copy. Call it before the first question."""
        self._pristine = self.model

    def logits(self, tokens: torch.Tensor, *, train: bool = False) -> torch.Tensor:
        """Logits [rows, columns, vocab_size] in float32 or float64, without gradients; raises what the model raises.

        `train` asks in the mode that the model was handed over in, if anything in it trains, without dropout.
        """
        model = self.model if self._pristine is None else copy.deepcopy(self._pristine)
        self.model = model
        determinism.seed_all(self._seed)
        before = _streams()
        with _mode(model, train), torch.no_grad(), _in_float64() if self._exact else contextlib.nullcontext():
            output = logits_of(model(tokens.to(device_of(model))))
        self.drew = any(not torch.equal(one, other) for one, other in zip(before, _streams(), strict=False))
        return output if output.dtype == torch.float64 else output.float()


@contextlib.contextmanager
def _mode(model: torch.nn.Module, train: bool) -> Iterator[None]:
    modules = [module for _, module in counts.modules(model)]
    handed_over = [module.training for module in modules]
    if not train:
        model.eval()
    elif not any(handed_over):
        model.train()
    if train:
        for module in modules:
            if counts.is_a(module, _DropoutNd):
                module.training = False
    try:
        yield
    finally:
        for module, training in zip(modules, handed_over, strict=True):
            module.training = training


def _streams() -> list[torch.Tensor]:
    """States of torch's random streams."""
    return [torch.get_rng_state(), *(torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else ())]


@contextlib.contextmanager
def _in_float64() -> Iterator[None]:
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with _Float64():
            yield
    finally:
        torch.set_default_dtype(default)


def _move(model: torch.nn.Module, seed: int) -> None:
    stream: dict[torch.device, torch.Generator] = {}
    for _, tensor in counts.count(model).tensors:
        number = tensor.is_floating_point() or tensor.is_complex()
        if number and tensor.requires_grad and counts.constant(tensor.detach().reshape(-1)):
            device = tensor.device
            generator = stream.setdefault(device, torch.Generator(device).manual_seed(seed))
            real = torch.view_as_real(tensor.data) if tensor.is_complex() else tensor.data
            real.add_(torch.empty_like(real).uniform_(-_MOVE, _MOVE, generator=generator))


class _Float64(TorchDispatchMode):
    """Computes in float64 whatever a model asks for: its own casts (`.float()`, autocast) must not round."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if kwargs.get("dtype") in _REAL:
            kwargs["dtype"] = torch.float64
        elif kwargs.get("dtype") in _COMPLEX:
            kwargs["dtype"] = torch.complex128
        if not (func._schema.is_mutable or func.is_view):
            # Constants that a model keeps outside its buffers are float32 still.
            args, kwargs = tree_map(_widened, (tuple(args), kwargs))
        return func(*args, **kwargs)


def _widened(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        if value.dtype in _REAL:
            return value.double()
        if value.dtype in _COMPLEX:
            return value.to(torch.complex128)
    return value
