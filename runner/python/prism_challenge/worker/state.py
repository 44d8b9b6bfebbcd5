"""Exports a model's state: its parameters and persistent buffers as raw tensors, by name."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.parallel import DataParallel, DistributedDataParallel


def export(session: Any, model: torch.nn.Module) -> None:
    """Sends every tensor once; tied weights go under their first name."""
    if isinstance(model, (DataParallel, DistributedDataParallel)):
        model = model.module
    sent: set[int] = set()
    for prefix, module in torch.nn.Module.named_modules(model):
        for name, parameter in module._parameters.items():
            if parameter is not None and id(parameter) not in sent:
                sent.add(id(parameter))
                session.state(_join(prefix, name), True, _plain(parameter))
        for name, buffer in module._buffers.items():
            # A buffer that isn't persistent is made again when the model is built.
            if buffer is not None and name not in module._non_persistent_buffers_set and id(buffer) not in sent:
                sent.add(id(buffer))
                session.state(_join(prefix, name), False, _plain(buffer))
    session.state_end()


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().cpu()
