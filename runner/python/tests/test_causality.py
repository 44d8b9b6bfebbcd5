"""Leaks that must be found where they begin, and honest models that must not be accused."""

from __future__ import annotations

from pathlib import Path

import pytest
from preflights import forked, write

COLUMNS = 24
#: A model around one mixing module, which gets x [rows, columns, 16] and returns the like.
NET = """
{mix}

class Net(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.before = nn.Sequential(nn.Linear(16, 16), nn.Tanh())
        self.mix = Mix()
        self.after = nn.LayerNorm(16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        x = self.before(self.embed(tokens))
        return self.head(self.after(x + self.mix(x)))
"""


def net(forward: str, init: str = "pass", more: str = "") -> str:
    mix = f"""
class Mix(nn.Module):
    def __init__(self):
        super().__init__()
        {init}

    def forward(self, x):
        {forward}
"""
    return NET.format(mix=mix) + more


ATTENTION = "a = (x @ x.mT) / 4; {mask}; return a.softmax(-1) @ x"
MASK = "a = a.masked_fill(torch.ones(x.size(1), x.size(1)).triu(1).bool(), -1e9)"
GRU = "self.inner = nn.GRU(16, 8, batch_first=True, bidirectional=True)"
#: The module named, and what is in it.
FUTURE = {
    "a missing mask": (net(ATTENTION.format(mask="pass")), "mix"),
    "a mask shifted by one": (net(ATTENTION.format(mask=MASK.replace("triu(1)", "triu(2)"))), "mix"),
    "mixing over time": (
        net("return self.inner(x.mT).mT", f"self.inner = nn.Linear({COLUMNS}, {COLUMNS})"),
        "mix.inner",
    ),
    "GroupNorm over time": (net("return self.inner(x.mT).mT", "self.inner = nn.GroupNorm(4, 16)"), "mix.inner"),
    "the mean over time": (net("return x.mean(1, keepdim=True).expand_as(x)"), "mix"),
    "a GRU in both directions": (net("return self.inner(x)[0]", GRU), "mix.inner"),
    "a shift by one": (net("return torch.cat([x[:, 1:], x[:, :1] * 0], 1)"), "mix"),
    "padding on both sides": (
        net("return self.inner(x.mT).mT", "self.inner = nn.Conv1d(16, 16, 3, padding=1)"),
        "mix.inner",
    ),
    "a convolution by Fourier transform that wraps": (
        net("return torch.fft.irfft(torch.fft.rfft(x, dim=1) ** 2, n=x.size(1), dim=1)"),
        "mix",
    ),
    "a leak of one millionth": (net("return x + 1e-6 * x.flip(1)"), "mix"),
    "a leak of one millionth beside rounding": (
        net(
            "f = torch.fft.irfft(torch.fft.rfft(x, n=64, dim=1), n=64, dim=1)[:, :x.size(1)]; "
            "return f + 1e-6 * x.roll(-1, 1)"
        ),
        "mix",
    ),
    "a leak in bfloat16": (net("x = x.bfloat16(); return (x + x.roll(-1, 1)).float()"), "mix"),
    "a leak within chunks of eight": (
        net("return x.view(-1, 3, 8, 16).mean(2, keepdim=True).expand(-1, 3, 8, 16).reshape(x.shape)"),
        "mix",
    ),
    "a leak behind a gate that starts at zero": (
        net("return self.gate * x.mean(1, keepdim=True).expand_as(x)", "self.gate = nn.Parameter(torch.zeros(1))"),
        "mix",
    ),
    "the last column alone": (net("return x + x[:, -1:]"), "mix"),
    "attention on columns before rows": (
        net("return self.inner(x, x, x)[0]", "self.inner = nn.MultiheadAttention(16, 2)"),
        None,
    ),
}


@pytest.mark.parametrize("case", FUTURE)
def test_a_leak_of_the_future(case: str, tmp_path: Path) -> None:
    architecture, name = FUTURE[case]
    done = forked(write(tmp_path, architecture))
    rule = "prism:causality" if name else "prism:row-dependence"
    assert rule in done.errors, done.lines
    message = done.message(rule)
    assert f"it begins in {name or 'mix.inner'} (" in message, message
    assert "architecture.py:" in message
    if name:
        assert done.errors == [rule] and done.facts["causal"] is False
        assert done.facts["causality_compared_in"] == "float64"
        place = next(one for one in done.findings if one["rule"] == rule)
        assert place["path"] == "architecture.py" and place["line"] == 11


ROWS = {
    "the mean over the batch": (net("return x.mean(0, keepdim=True).expand_as(x)"), "mix"),
    "a sum over earlier rows": (net("return x.cumsum(0)"), "mix"),
    "the row's number": (net("return x * torch.arange(len(x)).view(-1, 1, 1)"), None),
    "batch statistics in eval mode": (
        net("return self.inner(x.mT).mT", "self.inner = nn.BatchNorm1d(16, track_running_stats=False)"),
        "mix.inner",
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_leak_between_rows(case: str, tmp_path: Path) -> None:
    architecture, name = ROWS[case]
    done = forked(write(tmp_path, architecture))
    assert "prism:row-dependence" in done.errors, done.lines
    assert name is None or f"it begins in {name} (" in done.message("prism:row-dependence")


def test_rows_that_see_each_other_are_not_called_non_causal(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net("return x.mean(0, keepdim=True).expand_as(x)")))
    assert done.errors == ["prism:row-dependence"] and done.facts["causal"] is True


HONEST = {
    "attention": net(ATTENTION.format(mask=MASK)),
    "a convolution by Fourier transform": net(
        "n = 2 * x.size(1); k = torch.fft.rfft(self.k, n=n, dim=0); "
        "return torch.fft.irfft(torch.fft.rfft(x, n=n, dim=1) * k, n=n, dim=1)[:, :x.size(1)]",
        f"self.k = nn.Parameter(torch.randn({COLUMNS}, 16))",
    ),
    "the same in float32 by its own cast": net(
        "n = 2 * x.size(1); k = torch.fft.rfft(self.k.float(), n=n, dim=0); "
        "y = torch.fft.rfft(x.to(torch.float32), n=n, dim=1); "
        "return torch.fft.irfft(y * k, n=n, dim=1)[:, :x.size(1)].type_as(x)",
        f"self.k = nn.Parameter(torch.randn({COLUMNS}, 16))",
    ),
    "linear attention by cumulative sums": net(
        "s = (x.exp().unsqueeze(-1) * x.unsqueeze(-2)).cumsum(1); z = x.exp().cumsum(1); "
        "return (x.unsqueeze(-2) @ s).squeeze(-2) / z"
    ),
    "the running mean in bfloat16": net(
        "x = x.bfloat16(); return (x.cumsum(1) / torch.arange(1, x.size(1) + 1).view(1, -1, 1)).float()"
    ),
    "autocast inside": net(
        "with torch.autocast('cpu', torch.bfloat16): return (self.inner(x).cumsum(1) * 0.1).float()",
        "self.inner = nn.Linear(16, 16)",
    ).replace(
        "with torch.autocast('cpu', torch.bfloat16): return",
        "with torch.autocast('cpu', torch.bfloat16):\n            return",
    ),
    "a mixture of experts": net(
        "w, i = self.router(x).topk(2, -1); e = torch.stack([f(x) for f in self.experts], -2); "
        "return (e.gather(-2, i.unsqueeze(-1).expand(*i.shape, 16)) * w.softmax(-1).unsqueeze(-1)).sum(-2)",
        "self.router = nn.Linear(16, 4); self.experts = nn.ModuleList(nn.Linear(16, 16) for _ in range(4))",
    ),
    "a scripted module": net("return self.inner(x.cumsum(1))", "self.inner = torch.jit.script(nn.Linear(16, 16))"),
    "a scripted model": net("return x.cumsum(1)")
    + "\n\ndef build_model(ctx): return torch.jit.script(Net(ctx.vocab_size))\n",
    "mixing over time by a trained triangle": net(
        "return self.w[:x.size(1), :x.size(1)] @ x", f"self.w = nn.Parameter(torch.randn({COLUMNS}, {COLUMNS}).tril())"
    ),
    "memory from call to call": net(
        "y = x + self.memory; self.memory = x.mean((0, 1)).detach(); return y",
        "self.register_buffer('memory', torch.zeros(16))",
    ),
    "memory in a plain attribute": net("self.calls += 1; return x * self.calls", "self.calls = 0"),
    "dropout": net("return F.dropout(x, 0.5)", "pass"),
    "a table of its own": net("return x + self.t[:x.size(1)].cumsum(0)", f"self.t = torch.randn({COLUMNS}, 16)"),
    "one that cannot be copied": net("return x.cumsum(1)", "self.lock = __import__('threading').Lock()"),
    "one column at a time": net(
        "h = torch.zeros_like(x[:, 0]); out = []\n"
        "        for t in range(x.size(1)):\n            h = torch.tanh(self.f(h) + x[:, t]); "
        "out.append(h)\n        return torch.stack(out, 1)",
        "self.f = nn.Linear(16, 16)",
    ),
    "a recurrence over the last columns only": net(
        "return self.inner(x)[0]", "self.inner = nn.LSTM(16, 16, num_layers=2, batch_first=True)"
    ),
}


@pytest.mark.parametrize("case", HONEST)
def test_an_honest_model(case: str, tmp_path: Path) -> None:
    done = forked(write(tmp_path, HONEST[case]))
    assert not done.errors, done.findings
    assert done.facts["causal"] is True, done.facts


def test_noise_is_no_leak_and_is_said(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net("import os; return x * int.from_bytes(os.urandom(4), 'big') / 2**32")))
    assert not done.errors
    assert done.facts["causal"] is None
    assert "noise" in done.facts["undecided"][0]
    assert "equal copies" in done.message("prism:not-repeatable")


def test_a_model_that_ignores_its_input(tmp_path: Path) -> None:
    architecture = """
        class Net(nn.Module):
            def __init__(self, vocab):
                super().__init__()
                self.bias = nn.Parameter(torch.zeros(vocab))
            def forward(self, tokens):
                return self.bias.expand(*tokens.shape, -1)
    """
    done = forked(write(tmp_path, architecture))
    assert not done.errors and done.facts["causal"] is None
    assert "don't depend on the tokens" in done.facts["undecided"][0]


TRAINING_MODE = {
    "BatchNorm": (net("return self.inner(x.mT).mT", "self.inner = nn.BatchNorm1d(16)"), "mix.inner (BatchNorm1d)"),
    "its own statistics": (
        net(
            "return x - (x.mean((0, 1)) if self.training else self.mean)",
            "self.register_buffer('mean', torch.zeros(16))",
        ),
        "mix (Mix",
    ),
    "a look ahead while training": (net("return x.roll(-1, 1) if self.training else x"), "mix (Mix"),
}


@pytest.mark.parametrize("case", TRAINING_MODE)
def test_what_the_fast_interface_forbids(case: str, tmp_path: Path) -> None:
    architecture, name = TRAINING_MODE[case]
    done = forked(write(tmp_path, architecture))
    assert not done.errors, done.findings
    assert name in done.message("prism:fast-api-layer")
    assert done.facts["causal"] is True and done.facts["train_mode_causal"] is False
    assert [one["module"] for one in done.facts["fast_api_illegal"]] == [name.split(" ")[0]]
    assert done.facts["api"] == "compatible"


@pytest.mark.parametrize("case", TRAINING_MODE)
def test_with_the_fast_interface_it_is_an_error(case: str, tmp_path: Path) -> None:
    architecture, name = TRAINING_MODE[case]
    done = forked(write(tmp_path, architecture, FAST.format(before="pass")))
    assert done.errors == ["prism:fast-api-layer"], done.findings
    message = done.message("prism:fast-api-layer")
    assert name in message and "change" in message
    found = next(one for one in done.findings if one["rule"] == "prism:fast-api-layer")
    assert found["path"] == "architecture.py"
    assert (done.facts["api"], done.facts["causal"], done.facts["train_mode_causal"]) == ("fast", True, False)


FAST = """
    def train(ctx):
        model = ctx.build_model()
        {before}
        for batch in ctx.stream(model, batch_size=6, seq_len=24):
            batch.forward()
"""


@pytest.mark.parametrize("case", HONEST)
def test_an_honest_model_with_the_fast_interface(case: str, tmp_path: Path) -> None:
    done = forked(write(tmp_path, HONEST[case], FAST.format(before="pass")))
    assert not done.errors, done.findings
    assert (done.facts["causal"], done.facts["train_mode_causal"]) == (True, True), done.facts


def test_layers_that_the_bundle_keeps_from_training_are_legal(tmp_path: Path) -> None:
    architecture, _ = TRAINING_MODE["BatchNorm"]
    done = forked(write(tmp_path, architecture, FAST.format(before="model.mix.inner.eval()")))
    assert not done.findings, done.findings
    assert done.facts["train_mode_causal"] is True


def test_a_layer_that_the_model_never_calls_is_only_warned_of(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net("return x", "self.inner = nn.BatchNorm1d(16)"), FAST.format(before="pass")))
    assert not done.errors and "mix.inner" in done.message("prism:fast-api-layer")
