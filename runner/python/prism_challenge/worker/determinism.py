"""Seeds and flags that make a run repeatable, and torch.compile as the identity."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

import torch
import torch.utils._triton


def seed_all(seed: int) -> None:
    """Seeds every generator a bundle is likely to draw from."""
    random.seed(seed)
    torch.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def force_deterministic(device: str) -> None:
    """Deterministic algorithms: an error without one on the CPU, a warning on CUDA.

    Several everyday CUDA operators (cumsum, scatter-reduce) have no deterministic form.
    """
    torch.use_deterministic_algorithms(True, warn_only=device != "cpu")
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


def compile_is_identity() -> None:
    """torch.compile would start a compiler, which the jail forbids; it returns its argument."""

    def compile(model: Any = None, **_options: Any) -> Any:
        return model if model is not None else lambda function: function

    def compile_module(self: torch.nn.Module, *_args: Any, **_options: Any) -> torch.nn.Module:
        return self

    torch.compile = compile
    torch.nn.Module.compile = compile_module


def hide_triton() -> None:
    """Triton, which comes with torch, can't be imported: it starts compilers, which the jail forbids.

    A bundle that guards its import takes its other way then, instead of dying at its first kernel. torch asks for
    them too, and remembers the answer.
    """
    sys.modules["triton"] = None  # type: ignore[assignment]
    for asks in (torch.utils._triton.has_triton_package, torch.utils._triton.has_triton):
        asks.cache_clear()


def save_streams() -> Callable[[], None]:
    """Takes the state of the random streams; the answer puts it back."""
    python = random.getstate()
    cpu = torch.get_rng_state()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    numpy = sys.modules.get("numpy")
    numpy_state = numpy.random.get_state() if numpy is not None else None

    def restore() -> None:
        random.setstate(python)
        torch.set_rng_state(cpu)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        if numpy_state is not None:
            numpy.random.set_state(numpy_state)

    return restore
