"""How much a model holds, at three points: as built, after the first forward pass, and as `train` hands it over."""

from __future__ import annotations

from typing import Any

import torch

from . import counts, held
from .counts import Counts
from .findings import Report
from .held import Held

_BYTES_OF_A_PARAMETER = 4


class Capacity:
    """Counts, tells the counts, and compares them with what is allowed."""

    def __init__(self, settings: dict[str, Any], state_buffer_bytes: int, report: Report, before: held.Before) -> None:
        self._cap: int = settings["max_parameters"]
        self._buffer_bytes = state_buffer_bytes
        self._path: str = settings["architecture_entrypoint"]
        self._report, self._before = report, before
        self._built: Counts | None = None

    def as_built(self, model: torch.nn.Module) -> bool:
        """Whether a fresh model is within bounds as far as it has shapes; says so if not."""
        counted = self._count(model)
        self._built = counted
        return counted is not None and self._within(counted, self._tell(model, counted), "as built")

    def after_forward(self, model: torch.nn.Module) -> bool:
        """Whether the model is within bounds once lazy layers have their shapes."""
        counted = self._count(model)
        stage = (
            "once its lazy layers have their shapes"
            if self._built and self._built.lazy
            else "after its first forward pass, in which it grew"
        )
        return counted is not None and self._within(counted, self._tell(model, counted), stage)

    def handed_over(self, model: torch.nn.Module) -> bool:
        """Whether the model that `train` hands over is within bounds, with all that it leads to.

        What lies beside it is free: averages of weights, for example.
        """
        counted = self._count(model)
        if counted is None:
            return False
        return self._within(counted, self._say(counted, held.reachable(model)), "as train(ctx) hands it over")

    def _count(self, model: torch.nn.Module) -> Counts | None:
        try:
            return counts.count(model)
        except counts.Unclear as error:
            self._report.find("prism:build-model-return-type", f"the model can't be counted: {error}", path=self._path)
            return None

    def _tell(self, model: torch.nn.Module, counted: Counts) -> list[Held]:
        return self._say(counted, self._before.since(model, self._report.root))

    def _say(self, counted: Counts, pieces: list[Held]) -> list[Held]:
        self._report.counts(
            {
                "parameters": counted.parameters,
                "parameters_built": (self._built or counted).parameters,
                "buffers": counted.buffers,
                "held_elements": sum(one.elements for one in pieces),
                "state_bytes": counted.state_bytes,
                "held_bytes": sum(one.nbytes for one in pieces) + counted.other_buffer_bytes,
                "lazy": counted.lazy[:100],
                "largest": counted.largest(),
                "kinds": dict(sorted(counted.kinds.items(), key=lambda item: -item[1])[:100]),
            }
        )
        return pieces

    def _within(self, counted: Counts, pieces: list[Held], stage: str) -> bool:
        if counted.parameters > self._cap:
            sizes = ", ".join(f"{one['name']} {one['shape']}: {one['elements']:,}" for one in counted.largest()[:5])
            told = f"the model has {counted.parameters:,} parameters {stage}; the cap is {self._cap:,}"
            message = f"{told}. The largest are {sizes}"
            self._report.find("prism:param-cap", message, path=self._path)
            return False
        outside = sum(one.nbytes for one in pieces)
        total = counted.state_bytes + counted.other_buffer_bytes + outside
        limit = self._cap * _BYTES_OF_A_PARAMETER + self._buffer_bytes
        if total <= limit:
            return True
        buffers = sorted(counted.buffer_tensors, key=lambda one: -counts.elements(one[1]))[:3]
        named = ", ".join(f"{name} {counts.shape(one)}" for name, one in buffers)
        parts = [
            (total - outside - counted.buffer_bytes, "parameters"),
            (counted.buffer_bytes, f"buffers ({named})"),
            (outside, f"tensors outside both ({', '.join(map(str, pieces[:3]))})"),
        ]
        told = "; ".join(f"{nbytes:,} in {part}" for nbytes, part in parts if nbytes)
        message = (
            f"{stage}, the model holds {total:,} bytes, and {limit:,} are allowed ({self._cap:,} parameters x 4, and "
            f"{self._buffer_bytes:,} beside them): {told}"
        )
        self._report.find("prism:param-cap", message, path=self._path)
        return False
