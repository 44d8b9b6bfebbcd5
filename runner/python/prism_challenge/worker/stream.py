"""The one pass over the course, as the miner's loop sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from ..evaluator.interface import PrismBatch, ReferenceTokenizer
from . import determinism


class Stream:
    """Predicts, charges and hands out batches for as long as the supervisor sends them."""

    def __init__(self, session: Any, tokenizer: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._opened = False
        # The model the miner handed over; its state is exported at the end.
        self.model: torch.nn.Module | None = None
        # Told to the supervisor when something is raised.
        self.phase = "train"

    def __deepcopy__(self, _memo: Any) -> Stream:
        # A model that keeps its context may be copied (an average of weights, for example); the run
        # it belongs to is one.
        return self

    def batches(
        self, model: torch.nn.Module, *, batch_size: int, seq_len: int, tokenizer: Any
    ) -> Iterator[PrismBatch]:
        """See `PrismContext.iter_train_batches`."""
        if self._opened:
            return iter(())
        if not isinstance(model, torch.nn.Module):
            raise TypeError(f"iter_train_batches needs the model, a torch.nn.Module, not {type(model).__name__}")
        for name, value in (("batch_size", batch_size), ("seq_len", seq_len)):
            if not isinstance(value, int) or not 0 <= value < 2**32:
                raise ValueError(f"{name} must be a whole number, not {value!r}")
        named = tokenizer.name if isinstance(tokenizer, ReferenceTokenizer) else tokenizer
        if named is not None and named != self._tokenizer:
            raise ValueError(
                f"the course is read with the tokenizer {self._tokenizer!r} that prism.yaml declares; "
                f"pass ctx.reference_tokenizer({self._tokenizer!r}) or leave it out"
            )
        return self._run(model, int(batch_size), int(seq_len))

    def _run(self, model: torch.nn.Module, batch_size: int, seq_len: int) -> Iterator[PrismBatch]:
        if self._opened:
            return
        session = self._session
        session.open(batch_size, seq_len)
        order, rows = session.receive()
        if order.kind == "refused":
            raise ValueError(order.reason)
        self._opened = True
        self.model = model
        counted: int | None = None
        while order.kind == "predict":
            output = self._predict(model, rows)
            if counted is None:
                # After the first forward, when lazy modules have their sizes.
                counted = parameter_count(model)
                session.predicted(output, counted)
            else:
                session.predicted(output)
            del output
            order, rows = session.receive()
            if order.kind != "train":
                return
            yield PrismBatch(tokens=rows.to(device_of(model)))
            session.trained(order.step)
            order, rows = session.receive()

    def _predict(self, model: torch.nn.Module, rows: torch.Tensor) -> Any:
        self.phase = "predict"
        restore = determinism.save_streams()
        training = [module for module in model.modules() if module.training]
        try:
            model.eval()
            with torch.no_grad():
                output = logits_of(model(rows.to(device_of(model))))
        finally:
            # Flag by flag: a model may keep some of its modules in eval mode on purpose.
            for module in training:
                module.training = True
            restore()
        self.phase = "train"
        return output


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
