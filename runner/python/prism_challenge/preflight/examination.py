"""Leads a preflight: the stages in order, each guarded, and what a bundle is rejected for between them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from ..worker import bundle as bundles
from ..worker import context, determinism
from . import counts, held
from .counts import Counts, is_a
from .findings import Raised, Report

_BYTES_OF_A_PARAMETER = 4
#: Columns of the first forward pass at most.
_FIRST_COLUMNS = 1024

_Module = torch.nn.Module


class Examination:
    """One bundle's preflight."""

    def __init__(self, request: dict[str, Any], report: Report, bundle: bundles.Bundle) -> None:
        self.settings = request["context"]
        self.device = request["device"]
        self.state_buffer_bytes = request["state_buffer_bytes"]
        self.report = report
        self.bundle = bundle
        self.before = held.Before()
        self.train: Callable[..., Any] | None = None

    def run(self) -> None:
        """All stages; later ones only while nothing was found that makes them meaningless."""
        factory = self._import()
        if factory is None:
            return
        ctx = context.make(self.settings, self.device, factory, _no_stream)
        model = self._build(ctx)
        if model is None:
            return
        built = self._count(model, None)
        if built is None or self._over_cap(built, "as built"):
            return
        self._first_forward(model)
        counted = self._count(model, built)
        if counted is None:
            return
        stage = "when its lazy layers get their shapes" if built.lazy else "after growing in the first forward pass"
        self._over_cap(counted, stage) or self._over_memory(counted, self.before.since(model, self.bundle.root))

    def _import(self) -> Callable[..., Any] | None:
        """Imports both scripts as a run does; the factory, if there is one to go on with."""
        self.report.phase("import")
        settings, factory = self.settings, None
        try:
            self.bundle.on_path(settings["architecture_entrypoint"], settings["training_entrypoint"])
            architecture = self.bundle.load(settings["architecture_entrypoint"])
            factory = bundles.reseeded(architecture, settings["build_model_symbol"], settings["seed"])
            training = self.bundle.load(settings["training_entrypoint"])
            self.train = bundles.symbol(training, settings["train_symbol"])
        except BaseException as error:
            script = settings["architecture_entrypoint" if factory is None else "training_entrypoint"]
            self._raised(error, f"importing {script} raised")
        return factory

    def _build(self, ctx: Any) -> torch.nn.Module | None:
        self.report.phase("build")
        symbol = self.settings["build_model_symbol"]
        started = time.monotonic()
        try:
            model = ctx.build_model()
        except BaseException as error:
            self._raised(error, f"{symbol}(ctx) raised")
            return None
        self.report.facts["build_seconds"] = round(time.monotonic() - started, 3)
        if is_a(model, _Module):
            return model
        what = "nothing (is a return missing?)" if model is None else f"a {type(model).__name__}"
        if is_a(model, type):
            what = f"the class {model.__name__} itself; return an instance of it"
        place = {"path": self.settings["architecture_entrypoint"]}
        message = f"{symbol}(ctx) must return a torch.nn.Module and returned {what}"
        self.report.find("prism:build-model-return-type", message, **place)
        return None

    def _raised(self, error: BaseException, what: str) -> None:
        """An exception on the way to a model: the bundle can't run, unless only a GPU is missing."""
        raised = Raised(error, self.bundle.root)
        if raised.needs_gpu and self.device == "cpu":
            self.report.leave_open(f"{what} {raised}: there is no GPU in this preflight")
        elif raised.memory:
            message = f"{what} {raised}; a model and its building must fit in the memory of the preflight"
            self.report.find("prism:build-model-resource", message, **raised.place)
        else:
            self.report.find("prism:build-model-instantiation", f"{what} {raised}", **raised.place)

    def _first_forward(self, model: torch.nn.Module) -> None:
        """One forward pass over zeros, in which lazy layers get their shapes. A failure decides nothing."""
        self.report.phase("forward")
        columns = min(max(self.settings["sequence_length"], 2), _FIRST_COLUMNS)
        tokens = torch.zeros(1, columns, dtype=torch.int64)
        try:
            with torch.no_grad():
                model.eval()
                model(tokens)
            self.report.facts["forward_followed"] = True
        except BaseException as error:
            self.report.leave_open(
                f"the first forward pass over zeros [1, {columns}] raised {Raised(error, self.bundle.root)}"
            )

    def _count(self, model: torch.nn.Module, built: Counts | None) -> Counts | None:
        """Counts and says what the model holds."""
        try:
            counted = counts.count(model)
            pieces = self.before.since(model, self.bundle.root)
        except counts.Unclear as error:
            self.report.find("prism:build-model-return-type", f"the model can't be counted: {error}")
            return None
        self.report.counts(
            {
                "parameters": counted.parameters,
                "parameters_built": (built or counted).parameters,
                "buffers": counted.buffers,
                "held_elements": sum(one.elements for one in pieces),
                "state_bytes": counted.state_bytes,
                "held_bytes": sum(one.nbytes for one in pieces) + counted.other_buffer_bytes,
                "lazy": counted.lazy[:100],
                "largest": counted.largest(),
                "kinds": dict(sorted(counted.kinds.items(), key=lambda item: -item[1])[:100]),
            }
        )
        return counted

    def _over_cap(self, counted: Counts, stage: str) -> bool:
        cap = self.settings["max_parameters"]
        if counted.parameters <= cap:
            return False
        sizes = ", ".join(f"{one['name']} {one['shape']}: {one['elements']:,}" for one in counted.largest()[:5])
        message = (
            f"the model has {counted.parameters:,} parameters {stage}; the cap is {cap:,}. The largest are {sizes}"
        )
        self.report.find("prism:param-cap", message, path=self.settings["architecture_entrypoint"])
        return True

    def _over_memory(self, counted: Counts, pieces: list[held.Held]) -> bool:
        """Whether parameters, buffers and what is held beside them exceed what a run may export."""
        limit = self.settings["max_parameters"] * _BYTES_OF_A_PARAMETER + self.state_buffer_bytes
        outside = sum(one.nbytes for one in pieces)
        if counted.state_bytes + counted.other_buffer_bytes + outside <= limit:
            return False
        buffers = sorted(counted.buffer_tensors, key=lambda one: -counts.elements(one[1]))[:3]
        named = [f"{name} {counts.shape(one)}" for name, one in buffers]
        parts = {
            "parameters": counted.state_bytes + counted.other_buffer_bytes - counted.buffer_bytes,
            "buffers" + (f" ({', '.join(named)})" if named else ""): counted.buffer_bytes,
            "tensors outside both" + (f" ({', '.join(map(str, pieces[:3]))})" if pieces else ""): outside,
        }
        told = "; ".join(f"{nbytes:,} in {part}" for part, nbytes in parts.items() if nbytes)
        message = (
            f"the model holds {sum(parts.values()):,} bytes, and {limit:,} are allowed (the cap of parameters x 4, and "
            f"{self.state_buffer_bytes:,} for buffers): {told}"
        )
        self.report.find("prism:param-cap", message, path=self.settings["architecture_entrypoint"])
        return True


def _no_stream(*_args: Any, **_options: Any) -> Iterator[Any]:
    raise RuntimeError("build_model(ctx) can't read the course; train(ctx) does")
