"""The one pass over the course, as the miner's loop sees it: through the compatible or the fast interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from ..evaluator.interface import PrismBatch, PrismStreamBatch, ReferenceTokenizer
from . import determinism, restore, signals


class Stream:
    """Has batches predicted and charged and hands them out for as long as the supervisor sends them."""

    def __init__(self, session: Any, tokenizer: str, separator: int, root: Path) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._separator = separator
        # The bundle's folder.
        self._root = root
        self._opened = False
        self._counted = False
        # Whether the supervisor's answer to a prediction is still to be taken.
        self._answer_due = False
        # The model the miner handed over; its state is exported at the end.
        self.model: torch.nn.Module | None = None
        # Told to the supervisor when something is raised.
        self.phase = "train"

    def __deepcopy__(self, _memo: Any) -> Stream:
        # A model that keeps its context may be copied (an average of weights, for example); the run
        # it belongs to is one.
        return self

    def batches(
        self, api: str, model: torch.nn.Module, *, batch_size: int, seq_len: int, tokenizer: Any
    ) -> Iterator[Any]:
        """See `PrismContext.iter_train_batches` (`api` is `compatible`) and `PrismContext.stream` (`fast`)."""
        if self._opened:
            return iter(())
        if not isinstance(model, torch.nn.Module):
            raise TypeError(f"the stream needs the model, a torch.nn.Module, not {type(model).__name__}")
        for name, value in (("batch_size", batch_size), ("seq_len", seq_len)):
            if not isinstance(value, int) or not 0 <= value < 2**32:
                raise ValueError(f"{name} must be a whole number, not {value!r}")
        named = tokenizer.name if isinstance(tokenizer, ReferenceTokenizer) else tokenizer
        if named is not None and named != self._tokenizer:
            raise ValueError(
                f"the course is read with the tokenizer {self._tokenizer!r} that prism.yaml declares; "
                f"pass ctx.reference_tokenizer({self._tokenizer!r}) or leave it out"
            )
        run = self._fast if api == "fast" else self._compatible
        return run(api, model, int(batch_size), int(seq_len))

    def leave(self) -> None:
        """Takes what the supervisor said last, where a loop ended before it asked for the next batch."""
        if self._answer_due:
            self._session.receive()

    def charge(self, model: torch.nn.Module, output: Any) -> None:
        """Has the model's answer to the last rows charged; the supervisor's answer to that is due then."""
        # Counted after the first forward, when lazy modules have their sizes.
        self._session.answer(output, None if self._counted else parameter_count(model))
        self._counted = True
        self._answer_due = True

    def predict(self, model: torch.nn.Module, rows: torch.Tensor) -> Any:
        """The model's logits for `rows` in eval mode, without gradients; modes and random streams are put back."""
        self.phase = "predict"
        restore_streams = determinism.save_streams()
        training = [module for module in model.modules() if module.training]
        try:
            model.eval()
            with torch.no_grad():
                return logits_of(model(rows.to(device_of(model))))
        finally:
            # Flag by flag: a model may keep some of its modules in eval mode on purpose.
            for module in training:
                module.training = True
            restore_streams()

    def questions(
        self, model: torch.nn.Module, order: Any, rows: Any, forward: Callable[[torch.Tensor], Any]
    ) -> tuple[Any, Any]:
        """Answers cut questions as `forward` predicts, for as long as they come; the order after them.

        A prediction that was only asked for changes nothing: model and random streams are put back.
        """
        while order.kind == "cut":
            self.phase = "predict"
            restore_streams = determinism.save_streams()
            restore_state = restore.save(model, self._root)
            try:
                self._session.answer(forward(rows))
            finally:
                restore_state()
                restore_streams()
            order, rows = self._session.receive()
        return order, rows

    def _compatible(self, api: str, model: torch.nn.Module, *layout: int) -> Iterator[PrismBatch]:
        if self._opened:
            return
        order, rows = self._open(api, model, *layout)
        while order.kind != "end":
            order, rows = self.questions(model, order, rows, lambda rows: self.predict(model, rows))
            self.charge(model, self.predict(model, rows))
            order, rows = self._answer()
            if order.kind == "train":
                yield PrismBatch(tokens=rows.to(device_of(model)))
                order, rows = self._next(model, order)

    def _fast(self, api: str, model: torch.nn.Module, *layout: int) -> Iterator[PrismStreamBatch]:
        if self._opened:
            return
        order, rows = self._open(api, model, *layout)
        while order.kind != "end":
            forward = _Forward(self, model, order, rows, self._separator)
            yield PrismStreamBatch(forward)
            if not forward.done:
                raise RuntimeError("batch.forward() was not called; each batch must be predicted before the next one")
            order, _ = self._answer()
            if order.kind == "train":
                order, rows = self._next(model, order)

    def _open(self, api: str, model: torch.nn.Module, *layout: int) -> tuple[Any, Any]:
        """The first question."""
        self._session.open(api, *layout)
        order, rows = self._session.receive()
        if order.kind == "refused":
            raise ValueError(order.reason)
        self._opened = True
        self.model = model
        return order, rows

    def _answer(self) -> tuple[Any, Any]:
        self.phase = "train"
        self._answer_due = False
        return self._session.receive()

    def _next(self, model: torch.nn.Module, order: Any) -> tuple[Any, Any]:
        """The loop asked for the next batch."""
        self._session.trained(order.step, *(signals.of(model) if order.sample else ()))
        return self._session.receive()


class _Forward:
    """The one forward pass over a batch of the fast interface.

    The rows are taken from the supervisor when they are first needed. Questions that come before them are then
    asked of the model as it is about to predict.
    """

    def __init__(self, stream: Stream, model: torch.nn.Module, order: Any, rows: Any, separator: int) -> None:
        self._stream, self._model, self._separator = stream, model, separator
        self._order, self._asked = order, rows
        self._rows: torch.Tensor | None = None
        self.done = False

    @property
    def tokens(self) -> torch.Tensor:
        """The rows on the model's device."""
        if self._rows is None:
            _, rows = self._stream.questions(self._model, self._order, self._asked, self._logits)
            # What each column is about: the token of the next, nothing for the last. Taken before the model sees the rows.
            self._targets = rows.roll(-1, 1)
            self._targets[:, -1] = self._separator
            self._charged = int((self._targets != self._separator).sum())
            self._rows = rows.to(device_of(self._model))
            self._stream.phase = "train"
        return self._rows

    def _logits(self, rows: torch.Tensor) -> Any:
        with torch.enable_grad():
            return logits_of(self._model(rows.to(device_of(self._model))))

    def __call__(self) -> tuple[torch.Tensor, torch.Tensor]:
        """See `PrismStreamBatch.forward`."""
        if self.done:
            raise RuntimeError("batch.forward() was called already; a batch is predicted once")
        stream, rows = self._stream, self.tokens
        stream.phase = "predict"
        with torch.enable_grad():
            logits = self._logits(rows)
            stream.charge(self._model, logits)
            self.done, stream.phase = True, "train"
            # Every column is kept, the last one masked: leaving it out would copy all logits.
            loss = cross_entropy(
                logits.flatten(0, 1).float(),
                self._targets.flatten().to(logits.device),
                ignore_index=self._separator,
                reduction="sum",
            )
            return logits, loss / max(self._charged, 1)


def logits_of(output: Any) -> Any:
    """The logits in the forms that are accepted; what is none of them is refused further on."""
    if isinstance(output, torch.Tensor):
        return output
    if isinstance(output, (tuple, list)) and output:
        return output[0]
    if isinstance(output, dict):
        return output.get("logits")
    return getattr(output, "logits", output)


def device_of(model: torch.nn.Module) -> torch.device:
    """Where the model lives: the device of its first parameter or buffer."""
    for tensor in (*model.parameters(), *model.buffers()):
        return tensor.device
    return torch.device("cpu")


def parameter_count(model: torch.nn.Module) -> int:
    """Elements of the distinct parameters; buffers don't count."""
    return sum(parameter.numel() for parameter in torch.nn.Module.parameters(model))
