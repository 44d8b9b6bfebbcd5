"""Imports, builds, seeds and rehearsals that go wrong, each told by its own rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from preflights import SECONDS, TRAINING, VOCAB, forked, request, started, waiting, write

NET = """
class Net(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))
"""


def net(build: str = "return Net(ctx.vocab_size)", head: str = "") -> str:
    return f"{head}\n{NET}\n\ndef build_model(ctx):\n    {build}\n"


#: What goes wrong, the words of the message, and the line.
RAISES = {
    "an exception in build_model": (
        net("raise KeyError('width')"),
        ["build_model(ctx) raised", "KeyError", "width"],
        17,
    ),
    "an exception on import": (net(head="1 / 0"), ["importing architecture.py raised", "ZeroDivisionError"], 4),
    "a syntax error": (net("return ("), ["SyntaxError"], None),
    "a missing package": (net(head="import flash_attn"), ["ModuleNotFoundError", "flash_attn"], 4),
    "no factory": ("x = 1\ndef build_model_(ctx): pass\n", ["defines no function build_model"], None),
    "sys.exit": (net("import sys; sys.exit(0)"), ["SystemExit"], 17),
    "an interrupt": (net("raise KeyboardInterrupt"), ["KeyboardInterrupt"], 17),
    "endless recursion": (net("return build_model(ctx)"), ["RecursionError"], 17),
    "an exception that can't be read": (
        net("raise Odd", "class Odd(Exception):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__"),
        ["Odd"],
        None,
    ),
    "an exception with a long text": (net("raise ValueError('x' * 10_000_000)"), ["ValueError: xxx"], 17),
    "an exception that isn't text": (net(r"raise ValueError('\ud800 surrogate')"), ["surrogate"], 17),
    "the course in build_model": (net("return next(iter(ctx.iter_train_batches(0)))"), ["TypeError", "not int"], 17),
}


@pytest.mark.parametrize("case", RAISES)
def test_what_raises_on_the_way_to_a_model(case: str, tmp_path: Path) -> None:
    architecture, words, line = RAISES[case]
    done = forked(write(tmp_path, architecture))
    assert done.errors == ["prism:build-model-instantiation"], done.lines
    message = done.message("prism:build-model-instantiation")
    assert all(word in message for word in words), message
    assert len(message) <= 2000
    place = done.findings[0]
    assert line is None or (place["path"], place["line"]) == ("architecture.py", line), place
    assert done.facts["build_seconds"] is None


def test_a_training_script_that_cannot_be_imported(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net(), "import wandb\n"))
    assert done.errors == ["prism:build-model-instantiation"]
    assert "importing training.py raised" in done.message("prism:build-model-instantiation")
    assert done.counts["parameters"] == 33 * VOCAB, "the model was counted all the same"


RETURNS = {
    "nothing": ("Net(ctx.vocab_size)", "is a return missing?"),
    "the class": ("return Net", "a class itself"),
    "a tuple": ("return Net(ctx.vocab_size), None", "a tuple"),
    "a function": ("return Net(ctx.vocab_size).forward", "a method"),
    "what only says it is a module": ("return type('Net', (), {'__class__': nn.Module})()", "a Net"),
    "broken tables": ("m = Net(ctx.vocab_size); m.__dict__['_parameters'] = 3; return m", "not a dict"),
    "a table with other things in it": (
        "m = Net(ctx.vocab_size); m._modules['x'] = 3; return m",
        "x is registered as a module",
    ),
}


@pytest.mark.parametrize("case", RETURNS)
def test_what_is_no_model(case: str, tmp_path: Path) -> None:
    build, words = RETURNS[case]
    done = forked(write(tmp_path, net(build)))
    assert done.errors == ["prism:build-model-return-type"], done.lines
    assert words in done.message("prism:build-model-return-type")


@pytest.mark.parametrize("build", ["return nn.Linear(10**7, 10**7)", "raise MemoryError", "return bytearray(1 << 60)"])
def test_memory_that_is_not_there(build: str, tmp_path: Path) -> None:
    done = forked(write(tmp_path, net(build)))
    assert done.errors == ["prism:build-model-resource"], done.lines


@pytest.mark.parametrize(
    "death", ["import os; os._exit(0)", "import ctypes; ctypes.string_at(0)", "import os; os.kill(os.getpid(), 9)"]
)
def test_a_death_leaves_no_last_line(death: str, tmp_path: Path) -> None:
    done = forked(write(tmp_path, net(death)))
    assert done.lines[-1] == {"phase": "build"}


def test_what_was_counted_survives_a_later_death(tmp_path: Path) -> None:
    training = "import os\ndef train(ctx):\n    os._exit(3)\n"
    done = forked(write(tmp_path, net(), training))
    assert done.lines[-1] == {"phase": "rehearsal"} and done.counts["parameters"] == 33 * VOCAB


def loop(before: str, arguments: str = "model, batch_size=6, seq_len=24") -> str:
    start = f"def train(ctx):\n    {before}\n    model = ctx.build_model()\n"
    return f"{start}    for batch in ctx.iter_train_batches({arguments}):\n        pass\n"


TRAIN = {
    "an exception": (loop("raise OSError('no data')"), ["OSError: no data"], 3),
    "a wrong argument": (loop("pass", "model, batch=3"), ["TypeError", "batch"], 5),
    "no batch asked for": ("def train(ctx):\n    ctx.build_model()\n", ["returned without asking for a batch"], None),
    "sys.exit": (loop("import sys; sys.exit('bye')"), ["SystemExit: bye"], 3),
    "columns out of bounds": (loop("pass", "model, batch_size=4, seq_len=9000"), ["seq_len is 9000", "2 to 8192"], 5),
    "cells out of bounds": (
        loop("pass", "model, batch_size=4096, seq_len=24"),
        ["4096 x seq_len 24 is 98304 cells", "at most 20000"],
        5,
    ),
    "rows out of bounds": (loop("pass", "model, batch_size=0, seq_len=9"), ["batch_size is 0", "1 to 4096"], 5),
    "another tokenizer's name": (loop("pass", "model, tokenizer='gpt2'"), ["prism.yaml", "reference_tokenizer('bytes')"], 5),
    "another tokenizer": (loop("ctx.reference_tokenizer('gpt2')"), ["'gpt2' is not available", "'bytes'"], 3),
    "a tokenizer of the bundle's own": (loop("pass", "model, tokenizer=str.split"), ["prism.yaml"], 5),
    "something that is no model": (loop("pass", "[model]"), ["not list"], 5),
}


@pytest.mark.parametrize("case", TRAIN)
def test_what_goes_wrong_before_the_first_batch(case: str, tmp_path: Path) -> None:
    training, words, line = TRAIN[case]
    done = forked(write(tmp_path, net(), training))
    assert not done.errors, done.findings
    message = done.message("prism:train-before-first-batch")
    assert all(word in message for word in words), message
    place = next(one for one in done.findings if one["rule"] == "prism:train-before-first-batch")
    assert (place["path"], place["line"]) == ("training.py", line)
    assert done.facts["rehearsed"] is False and done.facts["batch_size"] is None
    assert done.facts["causal"] is True, "the model as built was tested"


@pytest.mark.parametrize("tokenizer", ["None", "ctx.tokenizer", "ctx.reference_tokenizer(ctx.tokenizer)"])
@pytest.mark.parametrize("declared", ["bytes", "gpt2", "tok/tokenizer.json"])
def test_the_declared_tokenizer_is_accepted_in_each_form(declared: str, tokenizer: str, tmp_path: Path) -> None:
    training = f"""
        def train(ctx):
            handle = ctx.reference_tokenizer("{declared}")
            assert (handle.name, handle.n_vocab, handle.vocab_size) == ("{declared}", ctx.vocab_size, ctx.vocab_size)
            assert handle.eot_token == ctx.separator == 5
            model = ctx.build_model()
            for batch in ctx.iter_train_batches(model, batch_size=6, seq_len=24, tokenizer={tokenizer}):
                pass
    """
    done = forked(write(tmp_path, net(), training), request(tokenizer=declared, separator=5))
    assert not done.findings and done.facts["rehearsed"] is True


def test_a_loop_of_the_fast_interface_is_rehearsed_up_to_its_first_forward(tmp_path: Path) -> None:
    training = """
        def train(ctx):
            model = ctx.build_model()
            with torch.autocast("cpu", torch.bfloat16):
                for batch in ctx.stream(model, batch_size=64, seq_len=8):
                    logits, loss = batch.forward()
                    raise AssertionError("a step of training")
    """
    done = forked(write(tmp_path, net(), training))
    assert not done.findings, done.findings
    assert (done.facts["api"], done.facts["batch_size"], done.facts["seq_len"]) == ("fast", 64, 8)


def test_a_loop_of_the_fast_interface_that_never_predicts(tmp_path: Path) -> None:
    training = """
        def train(ctx):
            for batch in ctx.stream(ctx.build_model(), batch_size=6, seq_len=24):
                pass
    """
    done = forked(write(tmp_path, net(), training))
    assert "batch.forward() was not called" in done.message("prism:output-contract"), done.findings


def test_a_prediction_whose_failure_is_caught(tmp_path: Path) -> None:
    training = """
        def train(ctx):
            model = ctx.build_model()
            model.forward = None
            try:
                next(ctx.iter_train_batches(model, batch_size=6, seq_len=24))
            except TypeError:
                return
    """
    done = forked(write(tmp_path, net(), training))
    assert not done.findings and done.facts["causal"] is None
    assert "caught" in done.facts["undecided"][0]


def test_the_layout_is_told(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net(), loop("pass", "model, batch_size=64, seq_len=8")))
    assert not done.findings
    assert (done.facts["batch_size"], done.facts["seq_len"], done.facts["rehearsed"]) == (64, 8, True)


def test_a_smaller_batch_after_a_refusal(tmp_path: Path) -> None:
    training = """
        def train(ctx):
            model = ctx.build_model()
            for rows in (8192, 4):
                try:
                    for batch in ctx.iter_train_batches(model, batch_size=rows, seq_len=8):
                        pass
                except ValueError:
                    continue
    """
    done = forked(write(tmp_path, net(), training))
    assert not done.findings and done.facts["batch_size"] == 4


def test_only_a_gpu_is_missing(tmp_path: Path) -> None:
    # Must stand before tests that go backwards in this process: torch refuses a GPU to the children of one that did.
    done = forked(write(tmp_path, net(), loop("torch.zeros(1).cuda()")))
    assert not done.findings, done.findings
    assert "no GPU" in done.facts["undecided"][0]
    assert done.facts["causal"] is True


def test_a_model_wrapped_for_several_devices(tmp_path: Path) -> None:
    training = """
        import torch.distributed as dist
        from torch.nn.parallel import DistributedDataParallel
        def train(ctx):
            dist.init_process_group("gloo")
            model = DistributedDataParallel(ctx.build_model())
            for batch in ctx.iter_train_batches(model, batch_size=6, seq_len=24):
                pass
            dist.destroy_process_group()
    """
    done = forked(write(tmp_path, net(), training))
    assert not done.findings, done.findings
    assert done.facts["rehearsed"] and done.facts["causal"] is True
    assert {one["name"] for one in done.counts["largest"]} == {"embed.weight", "head.weight", "head.bias"}


def test_what_train_sets_around_the_stream_holds_for_the_prediction(tmp_path: Path) -> None:
    training = """
        def train(ctx):
            model = ctx.build_model()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                for batch in ctx.iter_train_batches(model, batch_size=6, seq_len=24):
                    pass
    """
    seen = NET.replace(
        "tokens):", "tokens):\n        assert torch.is_autocast_enabled('cpu') or self.calls == 0; self.calls += 1"
    )
    seen = seen.replace("super().__init__()", "super().__init__(); self.calls = 0")
    done = forked(write(tmp_path, seen, training))
    assert not done.findings, done.findings
    assert done.facts["causal"] is True


def test_a_forward_pass_that_fits_no_zeros(tmp_path: Path) -> None:
    """A table of positions that is as long as train's columns, which are fewer than the first forward pass has."""
    short = NET.replace("self.embed(tokens))", "self.embed(tokens) + torch.zeros(24, 16))")
    done = forked(write(tmp_path, short))
    assert not done.findings, done.findings
    assert done.facts["forward_followed"] is False and "first forward pass" in done.facts["undecided"][0]
    assert done.facts["causal"] is True


SEEDS = {
    "literal weights": (
        "m = Net(ctx.vocab_size); m.head.weight.data = torch.arange(16. * 17).view(17, 16); return m",
        "head.weight",
    ),
    "its own seed": ("torch.manual_seed(5); return Net(ctx.vocab_size)", "embed.weight"),
}


@pytest.mark.parametrize("case", SEEDS)
def test_weights_that_do_not_follow_the_seed(case: str, tmp_path: Path) -> None:
    build, name = SEEDS[case]
    done = forked(write(tmp_path, net(build)))
    assert not done.errors
    assert name in done.message("prism:seed-independent")
    listed = {one["name"]: one["what"] for one in done.facts["seed_independent"]}
    assert listed[name] == "pattern"


def test_constants_follow_no_seed_and_are_not_told(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net("m = Net(ctx.vocab_size); nn.init.ones_(m.head.bias); return m")))
    assert not done.findings
    assert [(one["name"], one["what"]) for one in done.facts["seed_independent"]] == [("head.bias", "constant")]


def test_a_seed_taken_from_the_context(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net("torch.manual_seed(ctx.seed); return Net(ctx.vocab_size)")))
    assert not done.findings and done.facts["repeatable"] is True


def test_builds_that_differ_under_one_seed(tmp_path: Path) -> None:
    build = "import random; m = Net(ctx.vocab_size); m.head.bias.data += random.SystemRandom().random(); return m"
    done = forked(write(tmp_path, net(build)))
    assert not done.errors and done.facts["repeatable"] is False
    assert "head.bias" in done.message("prism:not-repeatable")


def test_initial_values_are_finite(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net("m = Net(ctx.vocab_size); m.embed.weight.data[0, 0] = float('nan'); return m")))
    assert "embed.weight" in done.message("prism:initial-value")


def test_compilers_are_not_there(tmp_path: Path) -> None:
    head = """
try:
    import triton.language
except ModuleNotFoundError:
    pass
else:
    raise AssertionError("triton was imported")
"""
    training = """
        from torch.nn.attention.flex_attention import flex_attention
        def train(ctx):
            model = torch.compile(ctx.build_model())
            optimizer = torch.optim.AdamW(model.parameters())
            model(torch.zeros(1, 4, dtype=torch.int64)).sum().backward()
            optimizer.step()
            q = torch.ones(1, 1, 16, 16)
            flex_attention(q, q, q)
            for batch in ctx.iter_train_batches(model, batch_size=6, seq_len=24):
                pass
    """
    done = forked(write(tmp_path, net(head=head), training))
    assert not done.findings, done.findings
    assert done.facts["rehearsed"]


def test_other_names_of_everything(tmp_path: Path) -> None:
    bundle = write(tmp_path, net().replace("build_model", "make"), TRAINING.replace("def train", "def learn"))
    (bundle / "src").mkdir()
    (bundle / "architecture.py").rename(bundle / "src" / "net.py")
    (bundle / "training.py").rename(bundle / "src" / "loop.py")
    names = {"architecture_entrypoint": "src/net.py", "training_entrypoint": "src/loop.py"}
    done = forked(bundle, request(**names, build_model_symbol="make", train_symbol="learn"))
    assert not done.findings, done.findings
    assert done.facts["rehearsed"]


def test_the_real_program(tmp_path: Path) -> None:
    """Everything above runs from the ready line on; this runs all of it, with every phase in its order."""
    done = started(write(tmp_path, net()))
    assert not done.findings and done.facts["causal"] is True
    phases = [line["phase"] for line in done.lines if "phase" in line]
    assert phases == ["import", "build", "forward", "seeds", "rehearsal", "output", "causality"]


def test_the_real_program_and_a_bundle_that_raises(tmp_path: Path) -> None:
    done = started(write(tmp_path, net("raise SystemExit")))
    assert done.errors == ["prism:build-model-instantiation"] and done.status == 0


ODD = {
    "a name that is no text": net(
        "m = Net(ctx.vocab_size); m.__dict__['\\ud800'] = 3; m._modules['\\udc00'] = nn.Linear(2, 2); return m"
    ),
    "a name that is no name": net("m = Net(ctx.vocab_size); m._modules[3] = nn.Linear(2, 2); return m"),
    "a class without a name": net(
        "return Odd(ctx.vocab_size)",
    )
    + """
class Meta(type):
    @property
    def __name__(cls): raise SystemExit
    def __getattribute__(cls, name): raise SystemExit if name == '__module__' else AttributeError(name)

class Odd(Net, metaclass=Meta):
    def __repr__(self): raise SystemExit
    __str__ = __hash__ = __eq__ = __len__ = __iter__ = __bool__ = __repr__
""",
    "attributes that raise": net("return Odd(ctx.vocab_size)")
    + """
class Odd(Net):
    def __getattribute__(self, name):
        if name in ('_parameters', '_buffers', 'modules', '__class__'): raise SystemExit(name)
        return super().__getattribute__(name)
""",
    "noise on every stream": net(
        "import sys; print('x' * 100_000, file=sys.stderr); sys.stdout = None; return Net(ctx.vocab_size)"
    ),
    "patched torch": net() + "\ntorch.equal = torch.isfinite = torch.no_grad = torch.Tensor.abs = None\n",
    "a patched interpreter": net()
    + "\nimport builtins, gc, json, time, os\nbuiltins.len = builtins.sorted = gc.collect = json.dumps = None\n",
}


@pytest.mark.parametrize("case", ODD)
def test_nothing_odd_ends_the_preflight(case: str, tmp_path: Path) -> None:
    done = forked(write(tmp_path, ODD[case]))
    assert done.facts["build_seconds"] is not None or done.errors, done.lines


@pytest.mark.parametrize("line", ["10**40", "'x'", "-1", "None"])
def test_a_syntax_error_that_the_bundle_made(line: str, tmp_path: Path) -> None:
    build = f"raise SyntaxError('odd', (__file__.replace('architecture', chr(0xd800)), {line}, 1, 'text'))"
    done = forked(write(tmp_path, net(build)))
    assert done.errors == ["prism:build-model-instantiation"], done.lines
    assert done.findings[0]["line"] in (None, 17)


def test_a_spare_that_nobody_needs(tmp_path: Path) -> None:
    """The bundle appears only with the request; without one the program leaves quietly."""
    with waiting(tmp_path / "bundle") as (process, ours):
        with ours.makefile("rb") as said:
            assert b"ready" in said.readline()
            ours.shutdown(2)
        assert process.wait(SECONDS) == 0
