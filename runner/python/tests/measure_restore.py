"""Prints what taking a model's state and putting it back costs beside its forward pass, on one core.

taskset -c 1 $PRISM_PYTHON runner/python/tests/measure_restore.py
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from preflights import ROOT

import torch
from prism_challenge.worker import restore

#: Constants of the bundle `over-cap`, vocabulary, and rows and columns of a batch.
MODELS = {
    "1M": ({"WIDTH": 128, "HEADS": 4, "LAYERS": 4}, 257, (16, 256)),
    "124M": ({"WIDTH": 768, "HEADS": 12, "LAYERS": 12}, 50_304, (2, 1024)),
}


def main() -> None:
    """Measures each model, then a model that holds many small objects."""
    folder = ROOT / "tests/bundles/over-cap"
    spec = importlib.util.spec_from_file_location("architecture", folder / "architecture.py")
    for name, (sizes, vocab, (rows, columns)) in MODELS.items():
        module = importlib.util.module_from_spec(spec)
        sys.modules["architecture"] = module
        spec.loader.exec_module(module)
        vars(module).update(sizes)
        model = module.build_model(SimpleNamespace(vocab_size=vocab, sequence_length=columns, max_seq_len=columns)).eval()
        tokens = torch.zeros(rows, columns, dtype=torch.int64)
        with torch.no_grad():
            forward = seconds(lambda: model(tokens))
        say(f"{name}, {rows} x {columns}", model, folder, forward)
    model = torch.nn.Linear(1, 1)
    model.counts = {f"context {number}": [number, {}] for number in range(50_000)}
    say("100,000 small objects", model, folder, None)


def say(name: str, model: torch.nn.Module, folder: Path, forward: float | None) -> None:
    """Prints one line."""
    undo = restore.save(model, folder)
    take, put = seconds(lambda: restore.save(model, folder)), seconds(undo)
    beside = f", a forward pass {forward:.3f}, so {(take + put) / forward:.2%} of it" if forward else ""
    print(f"{name}: taking {take:.4f} s, putting back {put:.4f}{beside}")


def seconds(call: Callable[[], object]) -> float:
    """Median of five after one."""
    found = []
    for _ in range(6):
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return statistics.median(found[1:])


if __name__ == "__main__":
    main()
