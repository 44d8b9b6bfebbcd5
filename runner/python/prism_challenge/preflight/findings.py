"""What is told of a bundle: findings, facts and sentences, each within its bound."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

from ..worker import report
from .channel import Channel
from .counts import class_name, repair_builtins

_MOST_FINDINGS = 32
_LAST_LINE = 10_000_000
_MOST_CHARACTERS = 2_000
_MOST_UNDECIDED = 16
#: Frames of the bundle that are told.
_FRAMES = 8

#: Texts of failures that only say that there is no GPU here.
_NO_GPU = (
    "not compiled with CUDA",
    "no NVIDIA driver",
    "No CUDA GPUs",
    "CUDA driver",
    "active drivers",
    "CUDA is not available",
    "Expected a 'cuda'",
    "Cannot access accelerator device",
    "torch.cuda.is_available() is False",
    "No HIP GPUs",
)


class Report:
    """Sends findings as they are found and collects the facts that end the preflight."""

    def __init__(self, channel: Channel, root: Path) -> None:
        self._channel = channel
        self._said: set[tuple[str, str]] = set()
        self.root = root
        #: Whether an error was found, so that the bundle is rejected.
        self.failed = False
        self.undecided: list[str] = []
        self.facts: dict[str, Any] = {
            "build_seconds": None,
            "forward_followed": False,
            "batch_size": None,
            "seq_len": None,
            "rehearsed": False,
            "api": None,
            "causal": None,
            "causality_compared_in": None,
            "train_mode_causal": None,
            "fast_api_illegal": [],
            "seed_independent": [],
            "repeatable": None,
            "undecided": self.undecided,
        }

    def phase(self, name: str) -> None:
        """A phase begins; the host keeps a clock for each."""
        repair_builtins()
        self._channel.send(phase=name)

    def counts(self, counts: dict[str, Any]) -> None:
        """What the model holds, as it is known now."""
        self._channel.send(counts=counts)

    def find(
        self, rule: str, message: str, *, severity: str = "error", path: str | None = None, line: int | None = None
    ) -> None:
        """Says a finding once; after the 32nd no more are said."""
        message = bounded(message)
        # A syntax error's line is what a bundle says it is.
        line = line if type(line) is int and 0 < line <= _LAST_LINE else None
        if len(self._said) >= _MOST_FINDINGS or (rule, message) in self._said:
            return
        self._said.add((rule, message))
        self.failed = self.failed or severity == "error"
        finding = {"rule": rule, "severity": severity, "path": path, "line": line, "message": message}
        self._channel.send(finding=finding)

    def leave_open(self, sentence: str) -> None:
        """A sentence on what could not be decided, and why."""
        sentence = bounded(sentence, 500)
        if len(self.undecided) < _MOST_UNDECIDED and sentence not in self.undecided:
            self.undecided.append(sentence)

    def done(self) -> None:
        """The last line."""
        self._channel.send(done={"facts": self.facts})


class Raised:
    """An exception of the bundle, read without trusting its methods."""

    def __init__(self, error: BaseException, root: Path) -> None:
        repair_builtins()
        self.memory = issubclass(type(error), MemoryError)
        self.kind, self.text, self.path, self.line, self.way = class_name(error), "", None, None, ""
        try:
            self.text = exact(str(error))
            told = report.describe(error, root)
            self.kind, self.path, self.line = told["class_"], told["file"], told["line"]
            self.way = _way(error, root)
        except BaseException:
            # Its text or its frames raise themselves; the class's name is all there is.
            pass
        self.memory = self.memory or self.kind.endswith("OutOfMemoryError")
        self.needs_gpu = any(text in self.text for text in _NO_GPU)

    def __str__(self) -> str:
        text = self.text.strip()
        if self.kind.startswith("prism_challenge."):
            # The harness's own words to miners.
            return bounded(text, 600)
        return f"{self.kind}: {bounded(text, 600)}" if text else self.kind

    @property
    def place(self) -> dict[str, Any]:
        """`path` and `line` of the innermost frame in the bundle, for `Report.find`."""
        return {"path": self.path, "line": self.line}


def _way(error: BaseException, root: Path) -> str:
    """A line for each of the innermost frames that lie in the bundle, the outermost first; frames of torch say little."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if Path(one.filename).is_relative_to(root)]
    lines = (f"\n  {Path(one.filename).relative_to(root)}:{one.lineno} in {one.name}" for one in frames[-_FRAMES:])
    return exact("".join(lines))


def bounded(text: str, most: int = _MOST_CHARACTERS) -> str:
    """The text, cut to its bound."""
    text = exact(text)
    return text if len(text) <= most else text[: most - 1] + "…"


def exact(text: str) -> str:
    """The text as a plain str of what UTF-8 can hold, whatever its own class."""
    return str.encode(text, "utf-8", "replace").decode("utf-8")
