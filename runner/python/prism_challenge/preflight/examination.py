"""Leads a preflight: the stages in order, each guarded, and what a bundle is rejected for between them."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable
from typing import Any

import torch

from ..evaluator.interface import PrismContext
from ..worker import bundle as bundles
from ..worker import context, determinism
from ..worker.reach import class_name, is_a
from ..worker.stream import device_of, logits_of
from . import attribution, causality, counts, output, rehearsal, seeds
from .capacity import Capacity
from .findings import Raised, Report
from .held import Before

#: Columns of the first forward pass at most; rows of a model whose `train` names none.
_FIRST_COLUMNS, _ROWS = 1024, 4
#: A build that takes longer is not repeated to compare seeds.
_SLOW_BUILD_SECONDS = 5.0
#: Added to the forced seed for the build under another one.
_OTHER_SEED = 1

_Module = torch.nn.Module


class Examination:
    """One bundle's preflight."""

    def __init__(self, request: dict[str, Any], report: Report, bundle: bundles.Bundle, before: Before) -> None:
        self._settings, self._device, self._max_cells = request["context"], request["device"], request["max_cells"]
        self._report, self._bundle = report, bundle
        self._capacity = Capacity(self._settings, request["state_buffer_bytes"], report, before)
        self._symbol = self._settings["build_model_symbol"]

    def run(self) -> None:
        """All stages; later ones only while nothing was found that makes them meaningless."""
        factory, train = self._import()
        if factory is None:
            return
        course = rehearsal.Course(self._settings, self._max_cells, self._handed_over, self._bundle.root)
        ctx = context.make(self._settings, self._device, factory, course.batches)
        model = self._build(ctx)
        if model is None or not self._capacity.as_built(model):
            return
        prints = self._prints(model)
        self._first_forward(model)
        if not self._capacity.after_forward(model):
            return
        # Only one model at a time: the next stages build their own.
        del model
        self._seeds(ctx, factory, prints)
        if train is not None:
            self._rehearse(train, ctx, course)
        elif not self._report.failed:
            self._report.phase("rehearsal")
            self._without_train(ctx)

    def _import(self) -> tuple[Callable[..., Any] | None, Callable[..., Any] | None]:
        """Imports both scripts as a run does; the factory and the training function, None for what can't be had."""
        self._report.phase("import")
        settings, factory = self._settings, None
        script = settings["architecture_entrypoint"]
        try:
            self._bundle.on_path(settings["architecture_entrypoint"], settings["training_entrypoint"])
            architecture = self._bundle.load(script)
            factory = bundles.reseeded(architecture, self._symbol, settings["seed"])
            script = settings["training_entrypoint"]
            return factory, bundles.symbol(self._bundle.load(script), settings["train_symbol"])
        except BaseException as error:
            self._raised(error, f"importing {script} raised")
            return factory, None

    def _build(self, ctx: PrismContext) -> torch.nn.Module | None:
        self._report.phase("build")
        started = time.monotonic()
        try:
            model = ctx.build_model()
        except BaseException as error:
            self._raised(error, f"{self._symbol}(ctx) raised")
            return None
        self._report.facts["build_seconds"] = round(time.monotonic() - started, 3)
        if is_a(model, _Module):
            return model
        what = "nothing; is a return missing?" if model is None else f"a {class_name(model)}"
        if is_a(model, type):
            what = "a class itself; return an instance of it"
        message = f"{self._symbol}(ctx) must return a torch.nn.Module and returned {what}"
        self._report.find("prism:build-model-return-type", message, path=self._settings["architecture_entrypoint"])
        return None

    def _raised(self, error: BaseException, what: str) -> None:
        """An exception on the way to a model: the bundle can't run, unless only a GPU is missing."""
        raised = Raised(error, self._bundle.root)
        if self._lacks_gpu(raised, what):
            return
        if raised.memory:
            message = f"{what} {raised}; the model and its building must fit in the memory of the preflight"
            self._report.find("prism:build-model-resource", message, **raised.place)
        else:
            self._report.find("prism:build-model-instantiation", f"{what} {raised}{raised.way}", **raised.place)

    def _lacks_gpu(self, raised: Raised, what: str) -> bool:
        if not raised.needs_gpu or self._device != "cpu":
            return False
        self._report.leave_open(f"{what} {raised}; this preflight has no GPU, so nothing follows from it")
        return True

    def _prints(self, model: torch.nn.Module) -> dict[str, seeds.Print] | None:
        """What the fresh model holds; its values must be finite."""
        try:
            prints = seeds.prints(model)
        except BaseException as error:
            self._report.leave_open(f"initial values were not read: {Raised(error, self._bundle.root)}")
            return None
        wrong = [name for name, one in prints.items() if one.parameter and not one.finite]
        if wrong:
            message = (
                f"{len(wrong)} fresh parameters hold values that are infinite or not a number: {', '.join(wrong[:8])}"
            )
            self._report.find("prism:initial-value", message, severity="warning")
        return prints

    def _first_forward(self, model: torch.nn.Module) -> None:
        """One forward pass over zeros, in which lazy layers get their shapes. A failure decides nothing."""
        self._report.phase("forward")
        columns = min(max(self._settings["sequence_length"], 2), _FIRST_COLUMNS)
        try:
            with torch.no_grad():
                model.eval()
                model(torch.zeros(1, columns, dtype=torch.int64, device=device_of(model)))
            self._report.facts["forward_followed"] = True
        except BaseException as error:
            raised = Raised(error, self._bundle.root)
            self._report.leave_open(f"the first forward pass, over zeros [1, {columns}], raised {raised}")

    def _seeds(self, ctx: PrismContext, factory: Callable[..., Any], first: dict[str, seeds.Print] | None) -> None:
        """Builds twice more: under another seed, and under the same."""
        self._report.phase("seeds")
        facts = self._report.facts
        if first is None or facts["build_seconds"] > _SLOW_BUILD_SECONDS:
            self._report.leave_open("builds under two seeds were not compared: building takes too long")
            return
        other_seed = ctx.seed + _OTHER_SEED
        try:
            again = seeds.prints(ctx.build_model())
            determinism.seed_all(other_seed)
            raw = factory.__wrapped__
            other = seeds.prints(raw(dataclasses.replace(ctx, seed=other_seed)))
        except BaseException as error:
            self._report.leave_open(
                f"builds were not compared: building again raised {Raised(error, self._bundle.root)}"
            )
            return
        unequal = seeds.different(first, again)
        facts["repeatable"] = not unequal
        if unequal:
            message = (
                f"{len(unequal)} tensors differ between two builds under the same seed ({', '.join(unequal[:5])}); "
                "verification runs the bundle again and expects the same: draw from torch, numpy or random, all seeded"
            )
            self._report.find("prism:not-repeatable", message, severity="warning")
        facts["seed_independent"] = seeds.independent(first, other)
        patterns = [one for one in facts["seed_independent"] if one["what"] == "pattern"]
        if patterns:
            named = ", ".join(f"{one['name']} {one['shape']}" for one in patterns[:8])
            message = f"{len(patterns)} tensors don't follow the seed and aren't constant: {named}"
            self._report.find("prism:seed-independent", message, severity="info")

    def _rehearse(self, train: Callable[..., Any], ctx: PrismContext, course: rehearsal.Course) -> None:
        """Calls `train(ctx)` up to its first prediction; what it hands over is looked at inside that call."""
        self._report.phase("rehearsal")
        error = rehearsal.rehearse(train, ctx, self._settings["seed"])
        if self._report.facts["rehearsed"]:
            return
        name = self._settings["train_symbol"]
        raised = None if error is None else Raised(error, self._bundle.root)
        if raised is not None and self._lacks_gpu(raised, f"{name}(ctx) raised"):
            pass
        elif course.tokens is not None:
            self._not_predicted(raised, list(course.tokens.shape), course.shape)
            return
        else:
            message = f"{name}(ctx) returned without asking for a batch"
            place = {"path": self._settings["training_entrypoint"]}
            if raised is not None:
                message, place = f"{name}(ctx) raised {raised}{raised.way}", raised.place
            self._report.find("prism:train-before-first-batch", message, severity="warning", **place)
        self._without_train(ctx)

    def _not_predicted(self, raised: Raised | None, served: list[int], asked: tuple[int, int] | None) -> None:
        """A batch was served and the handed-over model did not predict it."""
        what = f"predicting the first batch, tokens {served}, raised"
        if raised is None:
            self._report.leave_open(f"{what} something that {self._settings['train_symbol']}(ctx) caught")
        elif raised.memory:
            self._report.leave_open(f"{what} {raised}: preflight has less memory than that takes")
        else:
            whole = asked is not None and served[0] == asked[0]
            severity = "error" if whole else "warning"
            message = f"{what} {raised}{raised.way}"
            self._report.find("prism:output-contract", message, severity=severity, **raised.place)

    def _without_train(self, ctx: PrismContext) -> None:
        """Looks at the model as it was built, where `train` hands none over; what it raises decides nothing."""
        try:
            model = ctx.build_model()
            tokens = rehearsal.random_tokens(_ROWS, max(2, ctx.sequence_length), ctx.vocab_size)
            with torch.no_grad():
                model.eval()
                answer = logits_of(model(tokens.to(device_of(model))))
                model.train()
        except BaseException as error:
            self._report.leave_open(f"the model as built was not tested: it raised {Raised(error, self._bundle.root)}")
            return
        self._look_at(model, tokens, answer, tuple(tokens.shape))

    def _handed_over(
        self, model: torch.nn.Module, tokens: torch.Tensor, answer: Any, course: rehearsal.Course
    ) -> None:
        """Inside `train`: the model that it really hands over, and its first answer."""
        facts = self._report.facts
        facts["rehearsed"], facts["api"] = True, course.api
        facts["batch_size"], facts["seq_len"] = course.shape
        self._look_at(model, tokens, answer, course.shape)

    def _look_at(self, model: torch.nn.Module, tokens: torch.Tensor, answer: Any, asked: tuple[int, int]) -> None:
        try:
            inner = counts.unwrapped(model)
            self._report.phase("output")
            if self._capacity.handed_over(inner) and self._output(model, inner, tokens, answer):
                self._report.phase("causality")
                self._causality(inner, asked)
        except BaseException as error:
            self._report.leave_open(f"the model was not tested to the end: {Raised(error, self._bundle.root)}")

    def _output(self, model: torch.nn.Module, inner: torch.nn.Module, tokens: torch.Tensor, answer: Any) -> bool:
        expected = (*tokens.shape, self._settings["vocab_size"])
        problem = output.problem(answer, answer, expected)
        where = attribution.origin("", inner, inner, self._bundle.root)
        place = {"path": where.path, "line": where.line}
        if problem is None:
            if output.probabilities(answer):
                message = f"the output of {where} looks like probabilities; logits are wanted, so leave the softmax out"
                self._report.find("prism:output-contract", message, severity="warning", **place)
            return True
        with contextlib.suppress(Exception), torch.no_grad():
            # Asked again for the whole answer, of which the run takes a part.
            model.eval()
            raw = model(tokens.to(device_of(model)))
            problem = output.problem(logits_of(raw), raw, expected) or problem
        self._report.find("prism:output-contract", f"{where}: {problem}", **place)
        return False

    def _causality(self, model: torch.nn.Module, shape: tuple[int, int]) -> None:
        facts = self._report.facts
        test = causality.Test(model, shape, self._settings["vocab_size"], self._settings["seed"], self._bundle.root)
        verdict, training = test.run()
        facts["causal"] = verdict.causal
        facts["causality_compared_in"] = None if verdict.causal is None else verdict.compared_in
        for rule, leak in (("prism:causality", verdict.future), ("prism:row-dependence", verdict.rows)):
            if leak is not None:
                place = {"path": leak.origin.path, "line": leak.origin.line} if leak.origin else {}
                self._report.find(rule, str(leak), **place)
        if verdict.noise and self._device == "cpu":
            message = (
                f"equal copies of the model answer the same tokens differently (by {verdict.noise:.1e} of the largest "
                "logit); verification runs the bundle again and expects the same"
            )
            self._report.find("prism:not-repeatable", message, severity="warning")
        facts["train_mode_causal"] = training.causal
        for one in (verdict, training):
            if one.open is not None:
                self._report.leave_open(one.open)
        self._training_mode(model, verdict, training)

    def _training_mode(self, model: torch.nn.Module, verdict: causality.Verdict, training: causality.Verdict) -> None:
        """What the fast interface forbids: an error where the bundle uses it and a leak was seen."""
        fast = self._report.facts["api"] == "fast"
        illegal = causality.illegal_layers(model)
        seen, place = [], {}
        for leak, same in ((training.future, verdict.future), (training.rows, verdict.rows)):
            if leak is not None and same is None:
                origin = leak.origin or attribution.origin("", model, model, self._bundle.root)
                why = f"looks {'across rows' if leak.cut is None else 'along time'} in training mode"
                illegal.setdefault(origin.name, {"module": origin.name, "kind": origin.kind, "why": why})
                seen.append(str(leak))
                place = place or {"path": origin.path, "line": origin.line}
        self._report.facts["fast_api_illegal"] = list(illegal.values())[:50]
        if not illegal:
            return
        named = ", ".join(f"{one['module']} ({one['kind']}) {one['why']}" for one in list(illegal.values())[:8])
        if not fast:
            message = (
                f"legal with ctx.iter_train_batches, which predicts in eval mode, but not with ctx.stream: {named}"
            )
            self._report.find("prism:fast-api-layer", message, severity="warning")
            return
        message = f"ctx.stream charges the forward pass that trains: {'; '.join([named, *seen])}"
        self._report.find("prism:fast-api-layer", message, severity="error" if seen else "warning", **place)
