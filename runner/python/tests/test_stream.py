"""The miner's loop against a supervisor made of a list: what is said, in which order, and what a batch gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import preflights  # noqa: F401
import pytest
import torch
from prism_challenge.worker.stream import Stream
from torch import nn

SEPARATOR = 4


class Supervisor:
    """Asks about the given rows and writes down what it hears."""

    def __init__(self, *batches: list[list[int]], sample: bool = False) -> None:
        self.heard: list[Any] = []
        self._orders: list[tuple[Any, Any]] = []
        for step, rows in enumerate(batches):
            tokens = torch.tensor(rows)
            self._orders += [
                (SimpleNamespace(kind="predict", step=step), tokens),
                (SimpleNamespace(kind="train", step=step, sample=sample), tokens.clone()),
            ]
        self._orders.append((SimpleNamespace(kind="end"), None))

    def open(self, *layout: Any) -> None:
        self.heard.append(("open", *layout))

    def receive(self) -> tuple[Any, Any]:
        return self._orders.pop(0)

    def answer(self, output: torch.Tensor, counted: int | None = None) -> None:
        self.heard.append(("predicted", tuple(output.shape), counted))

    def trained(self, *said: Any) -> None:
        self.heard.append(("trained", *said))


def streamed(supervisor: Supervisor, model: nn.Module, api: str = "fast") -> Any:
    stream = Stream(supervisor, "bytes", SEPARATOR, Path("/nowhere"))
    return stream.batches(api, model, batch_size=2, seq_len=3, tokenizer=None)


def bigram() -> nn.Module:
    torch.manual_seed(0)
    return nn.Embedding(5, 5)


def test_what_is_said_is_the_same_through_both_interfaces() -> None:
    said = []
    for api, step in (("fast", lambda batch: batch.forward()), ("compatible", lambda batch: None)):
        supervisor = Supervisor([[4, 0, 1], [4, 2, 3]], [[1, 2, 4], [3, 4, 4]])
        for batch in streamed(supervisor, bigram(), api):
            step(batch)
        assert supervisor.heard.pop(0) == ("open", api, 2, 3)
        said.append(supervisor.heard)
    first, *rest = said[0]
    assert first == ("predicted", (2, 3, 5), 25), "parameters are counted once"
    assert rest == [("trained", 0), ("predicted", (2, 3, 5), None), ("trained", 1)]
    assert said[0] == said[1]


def test_the_loss_is_the_mean_over_what_is_charged() -> None:
    model = bigram()
    for batch in streamed(Supervisor([[1, 2, 4], [3, 4, 0]]), model):
        logits, loss = batch.forward()
        assert logits.requires_grad and torch.equal(logits, model(batch.tokens))
        # Charged are 2 after 1, and 0 after the separator; separators are given.
        rows = torch.log_softmax(logits, -1)
        assert torch.allclose(loss, -(rows[0, 0, 2] + rows[1, 1, 0]) / 2)


def test_a_batch_with_nothing_to_charge_has_a_loss_of_zero_that_can_be_learnt_from() -> None:
    model = bigram()
    for batch in streamed(Supervisor([[1, 4, 4], [4, 4, 4]]), model):
        _, loss = batch.forward()
        loss.backward()
        assert loss.item() == 0 and not model.weight.grad.any()


def test_what_the_loop_writes_into_its_batch_changes_no_target() -> None:
    class Eraser(nn.Embedding):
        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            logits = super().forward(tokens.clone())
            tokens.fill_(SEPARATOR)
            return logits

    for batch in streamed(Supervisor([[1, 2, 3], [0, 1, 2]]), Eraser(5, 5)):
        assert batch.forward()[1] > 0


def test_gradients_are_on_whatever_the_loop_has_set() -> None:
    with torch.no_grad():
        for batch in streamed(Supervisor([[1, 2, 3], [0, 1, 2]]), bigram()):
            assert batch.forward()[1].requires_grad and not torch.is_grad_enabled()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (lambda batch: None, "was not called"),
        (lambda batch: (batch.forward(), batch.forward()), "called already"),
    ],
)
def test_a_batch_is_predicted_once(body: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        for batch in streamed(Supervisor([[1, 2, 3], [0, 1, 2]]), bigram()):
            body(batch)


def test_a_forward_that_raised_may_be_tried_again() -> None:
    class Once(nn.Embedding):
        calls = 0

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            if self.calls == 1:
                raise MemoryError
            return super().forward(tokens)

    for batch in streamed(Supervisor([[1, 2, 3], [0, 1, 2]]), Once(5, 5)):
        with pytest.raises(MemoryError):
            batch.forward()
        batch.forward()


@pytest.mark.parametrize("api", ["fast", "compatible"])
def test_the_gradient_s_norm_is_told_when_it_is_asked_for(api: str) -> None:
    model = bigram()
    supervisor = Supervisor([[1, 2, 3], [0, 1, 2]], sample=True)
    for batch in streamed(supervisor, model, api):
        (batch.forward()[1] if api == "fast" else model(batch.tokens).square().mean()).backward()
    kind, step, norm, peak = supervisor.heard[-1]
    assert (kind, step, peak) == ("trained", 0, None)
    assert norm == pytest.approx(model.weight.grad.norm().item())


def test_no_gradients_are_no_norm() -> None:
    for weight in (None, torch.zeros(5, 5), torch.zeros(5, 5).to_sparse()):
        model = bigram()
        supervisor = Supervisor([[1, 2, 3], [0, 1, 2]], sample=True)
        for batch in streamed(supervisor, model):
            batch.forward()
            model.weight.grad = weight
        assert supervisor.heard[-1] == ("trained", 0, None, None)
