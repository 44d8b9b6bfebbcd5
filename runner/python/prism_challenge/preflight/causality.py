"""The causality smoke test: predictions may depend on earlier columns of their own row, and on nothing else.

Asked of a copy of the model in eval mode, and again in the mode it trains in, which the fast interface charges. A row's tokens are
replaced from a cut on: its logits before the cut must not change. Other rows are replaced, or the rows change places: a
row's logits must stay what they are. Where answers differ in the model's own type, both are asked for again in float64:
rounding shrinks by many orders of magnitude, a leak stays.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import torch
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.instancenorm import _InstanceNorm

from ..worker.reach import class_name, is_a
from . import attribution, counts
from .attribution import Kept, Origin
from .findings import Raised
from .probe import Probe
from .rehearsal import random_tokens

#: Rows asked about at most; parameters x tokens of a forward pass at most, within so many tokens.
_MOST_ROWS, _MOST_WORK, _FEWEST_TOKENS, _MOST_TOKENS = 4, 30_000_000_000, 256, 8192
#: Columns are cut to a multiple of this.
_WHOLE = 64

#: In float64 a difference is a leak above this part of the largest logit and of the difference in the model's own type.
_LEAK_IN_FLOAT64, _ROUNDING_SHRINKS = 1e-10, 1e-6
#: Where a model can't be computed in float64: a leak above this part of the largest logit, which covers what
#: bfloat16 inside the model rounds.
_LEAK_IN_OWN_TYPE = 5e-2
_LEAK_IN_ATTRIBUTION = 1e-3
#: A difference must stand out of what the same question, asked so many times more, gives.
_ABOVE_NOISE, _NOISE_ANSWERS = 8, 4


@dataclasses.dataclass
class Leak:
    """A difference that must not be."""

    row: int
    #: The earliest column whose logits differ.
    column: int
    #: The column from which on tokens were replaced; None where other rows were.
    cut: int | None
    #: The largest difference, as part of the largest logit.
    amount: float
    origin: Origin | None = None

    def __str__(self) -> str:
        if self.cut is not None:
            what = f"the logits of column {self.column} change when the tokens from column {self.cut} on are replaced"
        else:
            what = (
                f"the logits of row {self.row} change, from column {self.column} on, with the other rows of the batch"
            )
        begins = f"; it begins in {self.origin}" if self.origin else ""
        return f"{what} (by {self.amount:.1e} of the largest logit){begins}"


@dataclasses.dataclass
class Verdict:
    """What the test says of one mode."""

    #: Leaks from later columns and between rows, at most one of each.
    future: Leak | None = None
    rows: Leak | None = None
    #: Whether predictions are free of later columns; None when that could not be decided, for the reason in `open`.
    causal: bool | None = None
    #: `float64` where it had to decide, else `native`.
    compared_in: str = "native"
    open: str | None = None
    #: How far answers of equal copies to the same tokens lie apart, as part of the largest logit.
    noise: float = 0.0


@dataclasses.dataclass
class _Trial:
    """Tokens to ask for, and what of the answer must equal what of the answer to the base."""

    tokens: torch.Tensor
    equal: list[tuple[int, int, int]]


class Test:
    """The test of one model."""

    def __init__(self, model: torch.nn.Module, shape: tuple[int, int], vocab: int, seed: int, root: Path) -> None:
        """`shape` is the real call's; fewer rows are asked about, and of a large model fewer columns."""
        self.model, self.vocab, self.seed, self.root = model, vocab, seed, root
        rows, columns = shape
        work = _MOST_WORK // max(1, counts.count(model).parameters)
        tokens = min(max(_FEWEST_TOKENS, work), _MOST_TOKENS)
        self.rows = max(min(rows, 2), min(rows, _MOST_ROWS, tokens // columns))
        shorter = max(2, tokens // self.rows)
        # Models that read in patches or chunks want whole ones.
        self.columns = min(columns, shorter - shorter % _WHOLE if shorter > _WHOLE else shorter)
        self._real_columns = columns
        self._mode: _Mode | None = None

    def run(self) -> tuple[Verdict, Verdict]:
        """Asks all questions in eval mode and in training mode."""
        verdict = self._ask(train=False)
        return verdict, verdict if self._trains_as_it_is() else self._ask(train=True)

    def _ask(self, *, train: bool) -> Verdict:
        try:
            try:
                self._mode = _Mode(self, train)
                return self._mode.verdict()
            except Exception:
                if self.columns == self._real_columns:
                    raise
                # Some models take no fewer columns than they were made for.
                self.columns = self._real_columns
                self._mode = _Mode(self, train)
                return self._mode.verdict()
        except Exception as error:
            mode = "training" if train else "eval"
            return Verdict(open=f"causality in {mode} mode was not tested: {Raised(error, self.root)}")

    def _trains_as_it_is(self) -> bool:
        """Whether the answer in training mode is that of eval mode to the digit, so that nothing is left to ask."""
        try:
            return self._mode is not None and self._mode.is_same_in_training()
        except Exception:
            return False


class _Answers:
    """A probe with its answer to the base, and the noise of that answer."""

    def __init__(self, test: Test, base: torch.Tensor, train: bool, own: _Answers | None = None) -> None:
        """In the model's own type, or in float64 and otherwise in the manner of its `own` answers."""
        self.exact = own is not None
        self.move, self.memory = (own.move, own.memory) if own else (True, False)
        #: Whether any other tokens gave another answer.
        self.looked = False
        self._ask(test, base, train)
        if own is None and not bool(torch.isfinite(self.base).all()):
            # Moving its parameters broke this model.
            self.move = False
            self._ask(test, base, train)
        if own is None and not torch.equal(self.base, self.probe.logits(base, train=train)):
            self.memory = True
            self._ask(test, base, train)
        self.largest = max(self.base.abs().max().item(), 1e-30)
        #: How far answers of equal copies to the same tokens lie apart, as part of the largest logit.
        self.noise = 0.0
        if self.memory:
            answers = [self.probe.logits(base, train=train) for _ in range(_NOISE_ANSWERS)]
            self.noise = max((self.base - one).abs().max().item() for one in answers) / self.largest

    def _ask(self, test: Test, base: torch.Tensor, train: bool) -> None:
        self.probe = Probe(test.model, test.seed, move=self.move, exact=self.exact)
        if self.memory:
            self.probe.carries_memory()
        self.base = self.probe.logits(base, train=train)

    def difference(self, trial: _Trial, train: bool, above: float = 0.0) -> tuple[float, int, int]:
        """The largest difference where there must be none, in parts of the largest logit; its row and first column."""
        got = self.probe.logits(trial.tokens, train=train)
        self.looked = self.looked or not torch.equal(got, self.base)
        worst = (0.0, 0, 0)
        for of_base, of_trial, upto in trial.equal:
            changed = (got[of_trial, :upto] - self.base[of_base, :upto]).abs().amax(-1).nan_to_num(
                torch.inf
            ) / self.largest
            amount = changed.max().item()
            if amount > worst[0]:
                worst = (amount, of_base, int((changed > min(above, amount / 2)).nonzero()[0]))
        return worst


class _Mode:
    """All questions in one mode."""

    def __init__(self, test: Test, train: bool) -> None:
        self._test, self._train = test, train
        self._base = random_tokens(test.rows, test.columns, test.vocab, seed=1)
        self._other = (self._base + random_tokens(*self._base.shape, test.vocab - 1, seed=2) + 1) % test.vocab
        self._own = _Answers(test, self._base, train)
        self._exact: _Answers | None = None
        self._verdict = Verdict(causal=True, noise=self._own.noise)

    def verdict(self) -> Verdict:
        verdict = self._verdict
        verdict.rows = next(filter(None, map(self._leak, self._row_trials())), None)
        # When rows see each other, each cut is tried alone.
        verdict.future = next(filter(None, map(self._leak, self._future_trials(verdict.rows is None))), None)
        if not self._own.looked:
            return Verdict(open="the logits don't depend on the tokens, so there is no causality to test")
        if verdict.future is not None:
            verdict.causal = False
        elif verdict.open is not None:
            verdict.causal = None
        return verdict

    def is_same_in_training(self) -> bool:
        """Whether the other mode gives the same answer."""
        return torch.equal(self._own.probe.logits(self._base, train=True), self._own.base)

    def _row_trials(self) -> Iterator[_Trial]:
        rows, columns = self._base.shape
        if rows < 2:
            return
        # Random masks don't move with their rows.
        turn = not (self._train or self._own.probe.drew)
        for row in (0,) if turn else (0, rows - 1):
            neighbours = self._other.clone()
            neighbours[row] = self._base[row]
            yield _Trial(neighbours, [(row, row, columns)])
        if turn:
            yield _Trial(self._base.flip(0), [(row, rows - 1 - row, columns) for row in range(rows)])

    def _future_trials(self, together: bool) -> Iterator[_Trial]:
        rows, columns = self._base.shape
        cuts = sorted({1, columns // 3, columns // 2 + 1, columns - 1} & set(range(1, columns)))
        at_once = rows if together else 1
        for first in range(0, len(cuts), at_once):
            trial = _Trial(self._base.clone(), [])
            for row, cut in enumerate(cuts[first : first + at_once]):
                trial.tokens[row, cut:] = self._other[row, cut:]
                trial.equal.append((row, row, cut))
            yield trial

    def _leak(self, trial: _Trial) -> Leak | None:
        """What a trial shows that is no rounding."""
        amount, row, column = self._own.difference(trial, self._train)
        if amount == 0:
            return None
        answers, above = self._own, _LEAK_IN_OWN_TYPE
        exact = self._in_float64()
        if exact is not None:
            answers, above = exact, max(_LEAK_IN_FLOAT64, _ROUNDING_SHRINKS * amount)
            amount, row, column = exact.difference(trial, self._train, above)
        if amount <= above:
            return None
        if amount <= _ABOVE_NOISE * answers.noise:
            self._verdict.open = (
                "the same tokens give other logits each time, so that a leak can't be told from that noise"
            )
            return None
        upto = {of_base: upto for of_base, _, upto in trial.equal}[row]
        leak = Leak(row, column, upto if upto < self._test.columns else None, amount)
        rows = (row,) if leak.cut is not None else (row, self._test.rows - 1 - row)
        leak.origin = next(filter(None, (self._origin(answers, one, leak.cut) for one in rows)), None)
        return leak

    def _origin(self, answers: _Answers, row: int, cut: int | None) -> Origin | None:
        """Asks once more, with one row altered alone or with all rows but one, and looks at every module."""
        altered = (self._other if cut is None else self._base).clone()
        altered[row, cut or 0 :] = (self._base if cut is None else self._other)[row, cut or 0 :]
        return attribution.begins(
            answers.probe,
            (self._base, altered),
            Kept(self._test.rows, self._test.columns, cut, row),
            self._test.root,
            train=self._train,
            tolerance=_LEAK_IN_FLOAT64 if answers.exact else _LEAK_IN_ATTRIBUTION,
        )

    def _in_float64(self) -> _Answers | None:
        if self._exact is None and self._verdict.compared_in == "native":
            self._verdict.compared_in = "float64"
            try:
                self._exact = _Answers(self._test, self._base, self._train, self._own)
            except Exception:
                self._verdict.compared_in = "native"
        return self._exact


def illegal_layers(model: torch.nn.Module) -> dict[str, dict[str, str]]:
    """Layers of torch that look across rows or along time while they train, by name, where they do."""
    found = {}
    for name, module in counts.modules(model):
        if not module.training:
            continue
        if is_a(module, _BatchNorm):
            why = "normalises over rows and columns in training mode"
        elif is_a(module, _InstanceNorm) and module.track_running_stats:
            why = "normalises over columns in training mode"
        else:
            continue
        found[name] = {"module": name, "kind": class_name(module), "why": why}
    return found
