"""What the stream costs a training loop: each interface beside the same loop without it, in one process.

A real supervisor and a real worker, without the jail. The loop takes a step through the interface and then the same step on
the same batch by itself, in turn, so that whatever else the machine does meets both. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "tests/bundles/example-1m/architecture.py"
#: Steps at the beginning that are not counted.
WARM_UP = 2

TRAINING = """
import contextlib
import json
import os
import time
import torch
import torch.nn.functional as F

API, ROWS, COLUMNS, STEPS, AUTOCAST = {api!r}, {rows}, {columns}, {steps}, {autocast}
now = time.{clock}

def clock():
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
    return now()

def train(ctx):
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def bare(tokens):
        logits = model(tokens)
        return F.cross_entropy(
            logits[:, :-1].flatten(0, 1).float(), tokens[:, 1:].flatten(), ignore_index=ctx.separator
        )

    def step(loss):
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    kind = ctx.device.split(":")[0]
    around = torch.autocast(kind, dtype=torch.bfloat16, cache_enabled=False) if AUTOCAST else contextlib.nullcontext()
    stream = ctx.stream if API == "fast" else ctx.iter_train_batches
    with_it, without = [], []
    with around:
        began = clock()
        for batch in stream(model, batch_size=ROWS, seq_len=COLUMNS):
            step(batch.forward()[1] if API == "fast" else bare(batch.tokens))
            middle = clock()
            step(bare(batch.tokens))
            ended = clock()
            with_it.append(middle - began)
            without.append(ended - middle)
            if len(without) == STEPS:
                break
            began = clock()
    said = {{"parameters": sum(p.numel() for p in model.parameters()), "with": with_it, "without": without}}
    with open(os.path.join(ctx.artifacts_dir, "times.json"), "w") as file:
        json.dump(said, file)
"""


@dataclasses.dataclass(frozen=True)
class Case:
    """A model and a batch."""

    name: str
    sizes: dict[str, int]
    rows: int
    columns: int
    steps: int
    tokenizer: str = "bytes"
    autocast: bool = False


CPU = (
    Case("1M", {}, 16, 128, 40),
    Case("10M", {"width": 384, "heads": 6, "layers": 5}, 8, 128, 12),
    Case("7M, gpt2's vocabulary", {"buckets": 1024}, 4, 128, 12, "gpt2"),
)
GPU = (
    Case(
        "124M, gpt2's vocabulary",
        {"width": 768, "heads": 12, "layers": 12, "buckets": 1, "max_seq_len": 1024},
        8,
        1024,
        20,
        "gpt2",
        autocast=True,
    ),
)
VOCABULARIES = {"bytes": (257, 256), "gpt2": (50_257, 50_256)}


def main() -> None:
    """Measures what this machine can."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument(
        "--cpu-time", action="store_true", help="count the worker's time on the processor: on a machine with other work"
    )
    parser.add_argument("--only", default="", help="cases whose name begins so")
    parser.add_argument("--installation", type=Path, default=Path(os.environ["PRISM_HOME"]))
    arguments = parser.parse_args()
    cuda = torch.cuda.is_available()
    print("| Model | parameters | batch | bare step | fast | compatible |\n|---|---|---|---|---|---|")
    for case in (*CPU, *(GPU if cuda else ())):
        if not case.name.startswith(arguments.only):
            continue
        device = "cuda" if case in GPU else "cpu"
        cells = []
        for api in ("fast", "compatible"):
            clock = "process_time" if arguments.cpu_time else "perf_counter"
            said = measure(case, api, device, clock, arguments.threads, arguments.installation)
            took, bare = (statistics.median(said[name][WARM_UP:]) for name in ("with", "without"))
            cells.append(f"{1000 * took:.1f} ms, {100 * (took / bare - 1):+.1f}%")
            if api == "fast":
                shape = f"{case.rows} x {case.columns}"
                print(f"| {case.name} | {said['parameters']:,} | {shape} | {1000 * bare:.1f} ms |", end="")
        print(f" {cells[0]} | {cells[1]} |", flush=True)


def measure(case: Case, api: str, device: str, clock: str, threads: int, home: Path) -> dict[str, Any]:
    """One run; what its loop wrote down."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for one in ("bundle", "out", "scratch", "runner"):
            (folder / one).mkdir()
        architecture = EXAMPLE.read_text()
        for size, value in case.sizes.items():
            head, tail = architecture.split(f"    {size}: int = ", 1)
            architecture = f"{head}    {size}: int = {value}\n{tail.split(chr(10), 1)[1]}"
        (folder / "bundle/architecture.py").write_text(architecture)
        options = {"api": api, "clock": clock, "rows": case.rows, "columns": case.columns, "steps": case.steps}
        (folder / "bundle/training.py").write_text(TRAINING.format(**options, autocast=case.autocast))
        (folder / "runner/prism_challenge").symlink_to(ROOT / "runner/python/prism_challenge")
        (folder / "runner/prism_capture.abi3.so").symlink_to(home / "runner/prism_capture.abi3.so")
        run(case, device, threads, home, folder)
        return json.loads((folder / "scratch/artifacts/times.json").read_text())


def run(case: Case, device: str, threads: int, home: Path, folder: Path) -> None:
    """Supervisor and worker from beginning to end."""
    environment = os.environ | {
        "PRISM_SOCKET": str(folder / "socket"),
        "PRISM_BUNDLE": str(folder / "bundle"),
        "PRISM_SCRATCH": str(folder / "scratch"),
        "PYTHONPATH": str(folder / "runner"),
        "OMP_NUM_THREADS": str(threads),
    }
    supervisor = subprocess.Popen(
        [home / "bin/prism-supervisor"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    supervisor.stdin.write(json.dumps(specification(case, device, home, folder)) + "\n")
    supervisor.stdin.flush()
    worker = None
    for line in supervisor.stdout:
        event = json.loads(line)
        if event["event"] == "listening":
            command = [sys.executable, "-m", "prism_challenge.worker"]
            worker = subprocess.Popen(command, env=environment, cwd=folder / "scratch")
        elif event["event"] == "finished" and event["outcome"]["status"] != "completed":
            sys.exit(f"{case.name}: {event['outcome']}")
    if worker is not None:
        worker.wait()
    supervisor.stdin.close()
    supervisor.wait()


def specification(case: Case, device: str, home: Path, folder: Path) -> dict[str, Any]:
    """As the host writes it, with no limits that matter here."""
    vocab_size, separator = VOCABULARIES[case.tokenizer]
    return {
        "run_id": "bench",
        "submission_id": "",
        "bundle_dir": str(folder / "bundle"),
        "course": str(home / "courses/practice.course"),
        "course_key": None,
        "tokenizer_file": None,
        "course_bytes": None,
        "socket": str(folder / "socket"),
        "out_dir": str(folder / "out"),
        "peer_uids": [os.getuid()],
        "context": {
            "vocab_size": vocab_size,
            "sequence_length": 128,
            "max_layers": 96,
            "max_parameters": 150_000_000,
            "seed": 1337,
            "tokenizer": case.tokenizer,
            "separator": separator,
            "architecture_entrypoint": "architecture.py",
            "build_model_symbol": "build_model",
            "training_entrypoint": "training.py",
            "train_symbol": "train",
        },
        "limits": {
            "startup_seconds": 300,
            "stall_seconds": 300,
            "safety_clock_seconds": None,
            "state_buffer_bytes": 1 << 26,
            "curve_points": 500,
        },
        "isolation": "none",
        "device": device,
    }


if __name__ == "__main__":
    main()
