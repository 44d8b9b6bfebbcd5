"""Runs preflights for the tests: as the real program, or in a fork of this process, which has torch loaded already."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
RUNNER = ROOT / "runner" / "python"
#: Where the built extension is.
INSTALLED = Path(os.environ.get("PRISM_HOME", Path.home() / ".cache/prism/dist")) / "runner"
sys.path[:0] = [str(RUNNER), str(INSTALLED)]

import torch  # noqa: E402

torch.set_num_threads(1)

from prism_challenge.preflight import __main__ as program  # noqa: E402
from prism_challenge.preflight.channel import Channel  # noqa: E402

# Forks need not look through what is here already.
gc.freeze()

SECONDS = 100
CAP, VOCAB, BUFFER_BYTES = 200_000, 17, 10_000
#: What the course of the run allows a batch, in rows x columns.
MAX_CELLS = 20_000


@dataclasses.dataclass
class Preflight:
    """All that a preflight said."""

    lines: list[dict[str, Any]]
    #: Wait status of the process.
    status: int
    #: From the request to the end.
    seconds: float
    #: When each line came, in seconds from the request.
    times: list[float]

    @property
    def findings(self) -> list[dict[str, Any]]:
        return [line["finding"] for line in self.lines if "finding" in line]

    @property
    def errors(self) -> list[str]:
        return [one["rule"] for one in self.findings if one["severity"] == "error"]

    @property
    def rules(self) -> set[str]:
        return {one["rule"] for one in self.findings}

    @property
    def counts(self) -> dict[str, Any]:
        return [line["counts"] for line in self.lines if "counts" in line][-1]

    @property
    def facts(self) -> dict[str, Any]:
        assert self.status == 0 and "done" in self.lines[-1], self.lines[-3:]
        return self.lines[-1]["done"]["facts"]

    def message(self, rule: str) -> str:
        found = [one["message"] for one in self.findings if one["rule"] == rule]
        assert found, f"no {rule} in {self.findings}, undecided: {self.lines[-1]}"
        return found[0]


def request(**changes: Any) -> dict[str, Any]:
    """A request with a small cap, so that small models are too large."""
    context = {
        "vocab_size": VOCAB,
        "sequence_length": 32,
        "max_layers": 96,
        "max_parameters": CAP,
        "seed": 1337,
        "tokenizer": "bytes",
        "separator": VOCAB - 1,
        "architecture_entrypoint": "architecture.py",
        "build_model_symbol": "build_model",
        "training_entrypoint": "training.py",
        "train_symbol": "train",
    }
    return {"context": context | changes, "device": "cpu", "state_buffer_bytes": BUFFER_BYTES, "max_cells": MAX_CELLS}


TRAINING = """
    def train(ctx):
        model = ctx.build_model()
        for batch in ctx.iter_train_batches(model, batch_size=6, seq_len=24):
            pass
"""


def write(folder: Path, architecture: str, training: str = TRAINING) -> Path:
    """Writes a bundle; `architecture` gets the imports and the factory that most need."""
    bundle = folder / "bundle"
    bundle.mkdir()
    head = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
    text = head + textwrap.dedent(architecture)
    if "def build_model" not in text:
        text += "\n\ndef build_model(ctx):\n    return Net(ctx.vocab_size)\n"
    (bundle / "architecture.py").write_text(text)
    (bundle / "training.py").write_text("import torch\n" + textwrap.dedent(training))
    return bundle


def forked(bundle: Path, asked: dict[str, Any] | None = None) -> Preflight:
    """A preflight in a fork of this process: the same code from the ready line on."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        with contextlib.suppress(BaseException):
            os.environ |= {"PRISM_BUNDLE": str(bundle), "PRISM_SCRATCH": str(bundle.parent), "MASTER_PORT": free_port()}
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1), os.dup2(null, 2)
            signal.alarm(SECONDS)
            program.serve(Channel(theirs))
            os._exit(0)
        os._exit(99)
    theirs.close()
    lines, times, seconds = _converse(ours, asked or request())
    return Preflight(lines, os.waitpid(child, 0)[1], seconds, times)


def started(bundle: Path, asked: dict[str, Any] | None = None) -> Preflight:
    """A preflight by the real program over a Unix socket."""
    with waiting(bundle) as (process, ours):
        lines, times, seconds = _converse(ours, asked or request())
        return Preflight(lines, process.wait(SECONDS), seconds, times)


@contextlib.contextmanager
def waiting(bundle: Path) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """The real program, connected; it is killed in the end."""
    path = bundle.parent / "socket"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(1)
    listener.settimeout(SECONDS)
    environment = os.environ | {
        "PRISM_SOCKET": str(path),
        "PRISM_BUNDLE": str(bundle),
        "PRISM_SCRATCH": str(bundle.parent),
        "PYTHONPATH": f"{RUNNER}:{INSTALLED}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "MASTER_PORT": free_port(),
    }
    command = [sys.executable, "-m", "prism_challenge.preflight"]
    process = subprocess.Popen(command, env=environment, cwd=bundle.parent, stdout=subprocess.DEVNULL)
    try:
        ours, _ = listener.accept()
        yield process, ours
    finally:
        process.kill()
        process.wait()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _converse(ours: socket.socket, asked: dict[str, Any]) -> tuple[list[dict[str, Any]], list[float], float]:
    ours.settimeout(SECONDS)
    with ours, ours.makefile("rb") as said:
        first = json.loads(said.readline())
        assert set(first["ready"]) == {"python", "torch"}
        begun = time.monotonic()
        ours.sendall(json.dumps(asked).encode() + b"\n")
        said_at = [(line, time.monotonic() - begun) for line in said]
    return [json.loads(line) for line, _ in said_at], [at for _, at in said_at], time.monotonic() - begun
