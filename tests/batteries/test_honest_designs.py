"""Every honest bundle trains: a few steps under plain torch, served by the worker's own stream.

The bundles of `honest/` are what the gates must let through. A bundle that does not run proves nothing, so each one is imported
by the worker's resolver, handed the context of a run and driven by the worker's `Stream`; only the supervisor behind it is replaced by
a short script. That the models are causal is tested here too: an honest battery with a leak in it would be no honest battery.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / "runner" / "python"))

from prism_challenge.evaluator.interface import PrismContext  # noqa: E402
from prism_challenge.worker import bundle as resolver  # noqa: E402
from prism_challenge.worker import determinism  # noqa: E402
from prism_challenge.worker.stream import Stream, logits_of  # noqa: E402

VOCAB = 257
SEPARATOR = 256
STEPS = 5
#: Fewer rows than a bundle asks for, as at the end of a course.
ROWS = 3
#: Limits of a complete design, so that it says something about an architecture and still trains on a laptop.
SMALLEST, LARGEST = 20_000, 2_000_000

#: Its learning rate follows the time of day, so no two runs of it are equal.
BY_THE_CLOCK = "OK-10-time"

BUNDLES = sorted(path.parent for path in (HERE / "honest").glob("*/expected.json"))
DESIGNS = [path for path in BUNDLES if path.name.startswith("design-")]


class Supervisor:
    """Stands in for the process that owns the course: sends orders and rows, takes predictions.

    The text is the bundle's own source, in documents with a separator before each.
    """

    def __init__(self, text: bytes, questions: int) -> None:
        self.text = text
        self.turn = 0
        #: Cut questions before each step, and how many of the next step's are asked.
        self.questions = questions
        self.asked = 0
        self.shape = (0, 0)
        self.rows = torch.empty(0)
        self.bits: list[float] = []

    def open(self, _api: str, batch_size: int, seq_len: int) -> None:
        assert 1 <= batch_size and 2 <= seq_len <= 8192
        self.shape = (min(batch_size, ROWS), seq_len)

    def receive(self) -> tuple[SimpleNamespace, torch.Tensor | None]:
        step, half = divmod(self.turn, 2)
        self.turn += 1
        if step == STEPS:
            return SimpleNamespace(kind="end", step=step), None
        if half == 0 and self.asked < self.questions:
            self.asked += 1
            self.turn -= 1
            return SimpleNamespace(kind="cut", step=step), rows_of(self.text, *self.shape, start=31 * step + self.asked)
        if half == 0:
            self.asked = 0
            self.rows = rows_of(self.text, *self.shape, start=997 * step)
        return SimpleNamespace(kind=("predict", "train")[half], step=step, sample=step == 0), self.rows

    def answer(self, output: object, counted: int | None = None) -> None:
        assert isinstance(output, torch.Tensor), f"the output is {type(output).__name__}, no tensor"
        assert output.shape == (*self.shape, VOCAB)
        assert output.is_floating_point()
        assert not output.requires_grad
        assert torch.isfinite(output).all(), "a logit is not finite"
        if self.asked:
            return
        nats = F.cross_entropy(output[:, :-1].float().flatten(0, 1), self.rows[:, 1:].flatten())
        self.bits.append(nats.item() / math.log(2))

    def trained(self, step: int, *_signals: object) -> None:
        pass


def rows_of(text: bytes, rows: int, columns: int, start: int = 0) -> torch.Tensor:
    """Rows of ids from different places of the text; some begin with a separator, some have one inside."""
    places = (torch.arange(rows)[:, None] * 211 + torch.arange(columns) + start) % len(text)
    ids = torch.tensor(list(text))[places]
    ids[:1, 0] = SEPARATOR
    ids[-1:, columns // 2] = SEPARATOR
    return ids


class Run:
    """One bundle, loaded and trained."""

    def __init__(self, folder: Path, questions: int = 0) -> None:
        manifest = entry_points(folder / "bundle")
        loader = resolver.Bundle(str(folder / "bundle"))
        loader.on_path(manifest["architecture"], manifest["training"])
        ctx = PrismContext(vocab_size=VOCAB, sequence_length=128)
        determinism.seed_all(ctx.seed)
        architecture = loader.load(manifest["architecture"])
        build = resolver.reseeded(architecture, manifest["factory"], ctx.seed)
        training = loader.load(manifest["training"])
        source = b"\n".join(path.read_bytes() for path in sorted((folder / "bundle").rglob("*.py")))
        self.text = source if len(source) > 1000 else source * 50
        self.supervisor = Supervisor(self.text, questions)
        self.stream = Stream(self.supervisor, "bytes", SEPARATOR, loader.root)
        self.start: dict[str, torch.Tensor] = {}
        scratch = folder / "nothing-is-written"
        self.ctx = PrismContext(
            vocab_size=VOCAB,
            sequence_length=128,
            artifacts_dir=str(scratch),
            _factory=lambda inner, *args, **kwargs: build(inner, *args, **kwargs),
            _stream=self._batches,
        )
        resolver.symbol(training, "train")(self.ctx)
        assert not scratch.exists()

    def _batches(self, api: str, model: torch.nn.Module, **options: object):
        for batch in self.stream.batches(api, model, **options):
            if not self.start:
                # After the first forward, when lazy layers have their sizes.
                self.start = {name: one.detach().clone() for name, one in model.named_parameters()}
            yield batch

    @property
    def model(self) -> torch.nn.Module:
        assert self.stream.model is not None, "train(ctx) asked for no batch"
        return self.stream.model


def entry_points(root: Path) -> dict[str, str]:
    """Entry points, from prism.yaml where there is one."""
    found = {"architecture": "architecture.py", "training": "training.py", "factory": "build_model"}
    manifest = root / "prism.yaml"
    if manifest.exists():
        section = ""
        for line in manifest.read_text().splitlines():
            key, _, value = line.partition(":")
            value = value.partition("#")[0].strip()
            if not line.startswith(" "):
                section = key
            elif key.strip() == "entrypoint":
                found[section] = value
            elif key.strip() == "factory":
                found["factory"] = value
    return found


def leak(model: torch.nn.Module, tokens: torch.Tensor) -> float:
    """The largest change of a logit before the place where a row was altered, over several places, and of the other rows."""
    model.eval()
    worst = 0.0
    columns = tokens.shape[1]
    with torch.no_grad():
        base = logits_of(model(tokens)).float()
        for place in sorted({1, 2, columns // 3, columns // 2 + 1, columns - 1}):
            other = tokens.clone()
            other[0, place:] = (other[0, place:] + 1 + torch.arange(columns - place)) % VOCAB
            changed = logits_of(model(other)).float()
            assert not torch.equal(changed[0, place:], base[0, place:]), "the model does not look at its input"
            worst = max(worst, (changed[0, :place] - base[0, :place]).abs().max().item())
            if len(tokens) > 1:
                worst = max(worst, (changed[1:] - base[1:]).abs().max().item())
    return worst


@pytest.fixture
def as_in_a_run(monkeypatch):
    """The worker's settings, and afterwards the interpreter as it was."""
    monkeypatch.setattr(torch, "compile", torch.compile)
    monkeypatch.setattr(torch.nn.Module, "compile", torch.nn.Module.compile)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    deterministic = torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    determinism.compile_is_identity()
    determinism.force_deterministic("cpu")
    yield
    torch.use_deterministic_algorithms(deterministic)
    honest = str(HERE / "honest")
    for name in set(sys.modules) - before:
        origin = getattr(sys.modules[name], "__file__", None) or next(iter(getattr(sys.modules[name], "__path__", ())), "")
        if origin.startswith(honest):
            del sys.modules[name]


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: folder.name)
def test_it_trains_and_is_causal(folder: Path, as_in_a_run: None) -> None:
    run = Run(folder)
    assert len(run.supervisor.bits) == STEPS, "train(ctx) left before the end of the course"
    assert all(math.isfinite(bits) for bits in run.supervisor.bits)

    parameters = dict(run.model.named_parameters())
    assert all(torch.isfinite(one).all() for one in parameters.values())
    changed = [name for name, one in parameters.items() if not torch.equal(one, run.start[name])]
    assert len(changed) > len(parameters) / 2, f"of {len(parameters)} tensors only {changed} changed"

    count = sum(one.numel() for one in parameters.values())
    assert count <= run.ctx.max_parameters
    if folder in DESIGNS:
        assert SMALLEST <= count <= LARGEST, f"{count:,} parameters"

    tokens = rows_of(run.text, ROWS, run.supervisor.shape[1], start=5)
    # Two runs of a half-precision model differ in nothing; what is left is the order of sums in products of other shapes.
    assert leak(run.model, tokens) < 1e-3


@pytest.mark.parametrize("folder", [one for one in BUNDLES if one.name != BY_THE_CLOCK], ids=lambda folder: folder.name)
def test_questions_in_between_leave_no_trace(folder: Path, as_in_a_run: None) -> None:
    unasked, asked = Run(folder), Run(folder, questions=2)
    assert asked.supervisor.bits == unasked.supervisor.bits
    for (name, one), other in zip(asked.model.named_parameters(), unasked.model.parameters(), strict=True):
        assert torch.equal(one, other), name


def test_there_are_enough_designs() -> None:
    assert len(DESIGNS) >= 25


@pytest.mark.parametrize("peek", ["the next token", "another row"])
def test_the_causality_check_sees_a_peek(peek: str) -> None:
    class Peeks(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Embedding(VOCAB, VOCAB)

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            seen = self.table(tokens)
            other = seen.roll(-1, dims=1) if peek == "the next token" else seen.mean(dim=0, keepdim=True)
            return seen + 0.1 * other

    assert leak(Peeks(), rows_of(b"a text to look at, long enough", 3, 32)) > 1e-2
