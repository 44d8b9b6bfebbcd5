"""A model's state, its parameters and persistent buffers as raw tensors by name: exporting it, and loading it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.nn.parallel import DataParallel, DistributedDataParallel


def export(session: Any, model: torch.nn.Module) -> None:
    """Sends every tensor once; tied weights go under their first name."""
    for name, parameter, tensor in _tensors(model):
        session.state(name, parameter, tensor.detach().cpu())
    session.state_end()


def load(session: Any, model: torch.nn.Module) -> None:
    """Takes a whole state into a model that was built anew: the same names, shapes and types, no more and no fewer."""
    own = {name: (parameter, tensor) for name, parameter, tensor in _tensors(model)}
    with torch.no_grad():
        while (sent := session.take_state()) is not None:
            name, parameter, value = sent
            if name not in own:
                raise StateError(f"the exported state has {name!r}, the model that build_model(ctx) returns has not")
            kind, tensor = own.pop(name)
            there, here = (parameter, value.dtype, value.shape), (kind, tensor.dtype, tensor.shape)
            if there != here:
                raise StateError(f"{name!r} was exported as {_words(*there)}; build_model(ctx) makes {_words(*here)}")
            tensor.copy_(value)
    if own:
        raise StateError(f"build_model(ctx) returns a model with {next(iter(own))!r}, which the exported state lacks")


class StateError(Exception):
    """The exported state is not one of the model that `build_model(ctx)` returns."""


def _tensors(model: torch.nn.Module) -> Iterator[tuple[str, bool, torch.Tensor]]:
    """Name, whether it is a parameter, and tensor."""
    if isinstance(model, (DataParallel, DistributedDataParallel)):
        model = model.module
    seen: set[int] = set()
    for prefix, module in torch.nn.Module.named_modules(model):
        for name, parameter in module._parameters.items():
            if parameter is not None and id(parameter) not in seen:
                seen.add(id(parameter))
                yield _join(prefix, name), True, parameter
        for name, buffer in module._buffers.items():
            # A buffer that isn't persistent is made again when the model is built.
            if buffer is not None and name not in module._non_persistent_buffers_set and id(buffer) not in seen:
                seen.add(id(buffer))
                yield _join(prefix, name), False, buffer


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _words(parameter: bool, dtype: torch.dtype, shape: torch.Size) -> str:
    return f"a {'parameter' if parameter else 'buffer'} of {dtype} {list(shape)}"
