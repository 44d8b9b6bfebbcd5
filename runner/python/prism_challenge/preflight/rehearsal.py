"""Calls the bundle's `train(ctx)` as a run does, up to its first prediction.

`Course` stands in for the native session of a run and serves one batch of random tokens. What is to be learnt of the
model that the miner really hands over is learnt inside that call, under whatever `train` has set around it (autocast,
for example).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from ..evaluator.interface import PrismContext
from ..worker import determinism
from ..worker.stream import Stream
from . import counts

#: The bounds of a run, as the course's layout has them.
_COLUMNS, _ROWS = range(2, 8193), range(1, 4097)
#: Tokens of the one prediction at most, parameters x tokens, and elements of its logits. One row is always served.
_MOST_TOKENS, _MOST_WORK, _MOST_LOGITS = 16_384, 60_000_000_000, 1 << 26

#: A process group of one, as torchrun sets it up. libuv would ask for io_uring, for which the jail kills; in a run
#: the store is torchrun's own process.
_ONE_PROCESS = {
    "RANK": "0",
    "LOCAL_RANK": "0",
    "WORLD_SIZE": "1",
    "LOCAL_WORLD_SIZE": "1",
    "MASTER_ADDR": "127.0.0.1",
    "MASTER_PORT": "29500",
    "USE_LIBUV": "0",
}


class Enough(BaseException):
    """Leaves `train`: all is known. No `except Exception` of a bundle holds it."""


class Course:
    """One batch of random tokens.

    `predicted` is called with the model, the tokens, its answer, and this course.
    """

    def __init__(
        self, settings: dict[str, Any], max_cells: int, predicted: Callable[..., None], root: Path
    ) -> None:
        self._vocab, self._max_cells = settings["vocab_size"], max_cells
        self._predicted = predicted
        self._refused: str | None = None
        self.stream = Stream(self, settings["tokenizer"], settings["separator"], root)
        #: `compatible` or `fast`, once the stream was asked for.
        self.api: str | None = None
        self._model: torch.nn.Module | None = None
        #: Rows and columns that the bundle asks for.
        self.shape: tuple[int, int] | None = None
        #: What is served of them.
        self.tokens: torch.Tensor | None = None

    def batches(self, api: str, model: torch.nn.Module, **options: Any) -> Any:
        """`PrismContext.iter_train_batches` and `PrismContext.stream`."""
        self._model = model
        return self.stream.batches(api, model, **options)

    def open(self, api: str, batch_size: int, seq_len: int) -> None:
        """Takes the layout, with a run's bounds."""
        self._refused, self.api = None, api
        if seq_len not in _COLUMNS:
            self._refused = f"seq_len is {seq_len}; it must be {_COLUMNS[0]} to {_COLUMNS[-1]}"
        elif batch_size not in _ROWS:
            self._refused = f"batch_size is {batch_size}; it must be {_ROWS[0]} to {_ROWS[-1]}"
        elif batch_size * seq_len > self._max_cells:
            cells = f"batch_size {batch_size} x seq_len {seq_len} is {batch_size * seq_len} cells"
            self._refused = f"{cells}; on this course a batch has at most {self._max_cells}"
        else:
            self.shape = (batch_size, seq_len)

    def receive(self) -> tuple[SimpleNamespace, torch.Tensor | None]:
        """The order to predict, or the refusal."""
        if self._refused is not None or self.shape is None or self._model is None:
            return SimpleNamespace(kind="refused", reason=self._refused), None
        rows, columns = self.shape
        work = max(1, counts.count(counts.unwrapped(self._model)).parameters) * columns
        rows = max(1, min(rows, _MOST_TOKENS // columns, _MOST_WORK // work, _MOST_LOGITS // (columns * self._vocab)))
        self.tokens = random_tokens(rows, columns, self._vocab)
        return SimpleNamespace(kind="predict", step=0), self.tokens.clone()

    def answer(self, output: Any, _counted: int | None = None) -> None:
        """The one prediction is there."""
        if self.stream.model is not None and self.tokens is not None:
            self._predicted(self.stream.model, self.tokens, output, self)
        raise Enough


def as_one_process() -> None:
    """Sets what `init_process_group` reads, where the one who started this process has not."""
    for name, value in _ONE_PROCESS.items():
        os.environ.setdefault(name, value)


def rehearse(train: Callable[..., Any], ctx: PrismContext, seed: int) -> BaseException | None:
    """Calls `train` until its first prediction has been looked at; the answer is what it raised before that."""
    determinism.seed_all(seed)
    try:
        train(ctx)
    except Enough:
        pass
    except BaseException as error:
        return error
    return None


def random_tokens(rows: int, columns: int, vocab: int, seed: int = 0) -> torch.Tensor:
    """Tokens of a stream of their own, int64 [rows, columns] on the CPU."""
    stream = torch.Generator().manual_seed(seed)
    return torch.randint(vocab, (rows, columns), generator=stream, dtype=torch.int64)
