"""The context that a bundle gets, made of what the run's owner says of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from ..evaluator.interface import PrismBatch, PrismContext


def make(
    settings: dict[str, Any], device: str, factory: Callable[..., Any], batches: Callable[..., Iterator[PrismBatch]]
) -> PrismContext:
    """The context of a run or of its preflight; `device` is `cpu` or `cuda`."""
    artifacts = os.path.join(os.environ.get("PRISM_SCRATCH", os.getcwd()), "artifacts")
    os.makedirs(artifacts, exist_ok=True)
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    return PrismContext(
        vocab_size=settings["vocab_size"],
        sequence_length=settings["sequence_length"],
        max_layers=settings["max_layers"],
        max_parameters=settings["max_parameters"],
        seed=settings["seed"],
        artifacts_dir=artifacts,
        rank=int(os.environ.get("RANK", "0")),
        local_rank=local_rank,
        world_size=int(os.environ.get("WORLD_SIZE", "1")),
        device="cpu" if device == "cpu" else f"cuda:{local_rank}",
        tokenizer=settings["tokenizer"],
        separator=settings["separator"],
        _factory=factory,
        _stream=batches,
    )
