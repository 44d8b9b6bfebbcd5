"""Parameters and memory that a bundle must not have: by plain size, hidden, or grown later."""

from __future__ import annotations

from pathlib import Path

import pytest
from preflights import BUFFER_BYTES, CAP, VOCAB, forked, write

#: A model around which the cases are written: `BODY` goes to the end of its `__init__`.
NET = """
class Net(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)
        {body}

    def forward(self, tokens):
        {forward}
        return self.head(self.embed(tokens))
"""
SMALL = VOCAB * 16 + 16 * VOCAB + VOCAB
#: Half the cap as float32, and twice it.
HALF, TWICE = CAP // 2, CAP * 2


def net(body: str = "pass", forward: str = "pass", after: str = "") -> str:
    return NET.format(body=body, forward=forward) + after


def test_the_counts_are_torchs_own(tmp_path: Path) -> None:
    body = (
        "self.register_buffer('mask', torch.ones(8, 8)); self.register_buffer('memo', torch.ones(3), persistent=False)"
    )
    done = forked(write(tmp_path, net(body + "; self.again = self.embed")))
    assert not done.errors
    assert done.counts["parameters"] == done.counts["parameters_built"] == SMALL
    assert (done.counts["buffers"], done.counts["held_elements"]) == (67, 0)
    assert (done.counts["state_bytes"], done.counts["held_bytes"]) == ((SMALL + 64) * 4, 12)
    assert done.counts["kinds"] == {"Linear": 16 * VOCAB + VOCAB, "Embedding": VOCAB * 16}
    assert done.counts["largest"][0] == {"name": "embed.weight", "shape": [VOCAB, 16], "elements": VOCAB * 16}


OVER_CAP = {
    "by plain size": (net(f"self.wide = nn.Linear({TWICE}, 1)"), "as built", "wide.weight"),
    "in a lazy layer": (
        net("self.wide = nn.LazyLinear(500)", f"self.wide(torch.ones(1, {CAP // 400}))"),
        "lazy",
        "wide.weight",
    ),
    "grown in the first forward pass": (
        net("pass", f"self.more = nn.Parameter(torch.ones({TWICE}))"),
        "in which it grew",
        "more",
    ),
    "behind parameters() and numel": (
        net(
            f"self.wide = nn.Linear({TWICE}, 1)",
            after="""
    def parameters(self, recurse=True): return iter(())
    def named_parameters(self, *a, **k): return iter(())
    def named_modules(self, *a, **k): return iter(())
    def state_dict(self, *a, **k): return {}
    @property
    def __class__(self): return nn.Identity
""",
        ),
        "as built",
        "wide.weight",
    ),
    "in a parameter that lies about its size": (
        net(f"self.wide = Small(torch.ones({TWICE}))")
        + """
class Small(nn.Parameter):
    def numel(self): return 1
    @property
    def shape(self): return torch.Size([1])
""",
        "as built",
        "wide",
    ),
    "behind a patched torch": (
        net(f"self.wide = nn.Linear({TWICE}, 1)")
        + """
nn.Module.parameters = lambda self, recurse=True: iter(())
nn.Module.named_modules = lambda self, *a, **k: iter(())
torch.Tensor.numel = lambda self: 1
import gc, json, builtins
gc.get_objects = lambda *a: []
json.dumps = json.JSONEncoder.encode = lambda *a, **k: "{}"
builtins.sum = lambda *a: 0
builtins.sorted = lambda *a, **k: []
""",
        "as built",
        "wide.weight",
    ),
}


@pytest.mark.parametrize("case", OVER_CAP)
def test_too_many_parameters(case: str, tmp_path: Path) -> None:
    architecture, stage, name = OVER_CAP[case]
    done = forked(write(tmp_path, architecture))
    assert done.errors == ["prism:param-cap"], done.lines
    assert stage in done.message("prism:param-cap") and name in done.message("prism:param-cap")
    assert done.counts["parameters"] > CAP
    assert not done.facts["rehearsed"]


def test_growing_in_train(tmp_path: Path) -> None:
    training = f"""
        def train(ctx):
            model = ctx.build_model()
            model.more = torch.nn.Parameter(torch.ones({TWICE}))
            next(iter(ctx.iter_train_batches(model, batch_size=2, seq_len=8)))
    """
    done = forked(write(tmp_path, net(), training))
    assert done.errors == ["prism:param-cap"]
    assert "as train(ctx) hands it over" in done.message("prism:param-cap")
    assert done.counts["parameters"] == SMALL + TWICE and done.counts["parameters_built"] == SMALL


#: Four times what may be held beside the model, and the name it must be found under.
MANY = (CAP * 4 + BUFFER_BYTES) // 4
HELD = {
    "a plain tensor": (net(f"self.table = torch.ones({MANY})"), "table"),
    "in a list of lists": (net(f"self.rest = [[1, torch.ones({MANY})]]"), "rest[0][1]"),
    "in a dict of a child": (net(f"self.head.rest = {{'a': torch.ones({MANY})}}"), "head.rest['a']"),
    "in a closure": (net(f"table = torch.ones({MANY}); self.read = lambda: table"), "read: table"),
    "a global": (net() + f"\nTABLE = torch.ones({MANY})\n", "architecture.TABLE"),
    "of a class": (net() + f"\nNet.table = torch.ones({MANY})\n", "Net.table"),
    "in a slot": (
        net(f"self.rest = Slotted(); self.rest.table = torch.ones({MANY})")
        + "\nclass Slotted:\n    __slots__ = ('table',)\n",
        "rest",
    ),
    "a parameter in a list": (net(f"self.rest = [nn.Parameter(torch.ones({MANY}))]"), "rest[0]"),
    "a bare storage": (net(f"self.rest = torch.ones({MANY}).untyped_storage()"), "rest"),
    "a NumPy array": (net(f"import numpy; self.rest = numpy.ones({MANY}, dtype='f4')"), "rest"),
    "behind a frozen collector": (net(f"import gc; self.rest = [torch.ones({MANY})]; gc.freeze()"), "rest[0]"),
    "in a buffer": (net(f"self.register_buffer('table', torch.ones({MANY}))"), "table"),
    "in a buffer that isn't persistent": (
        net(f"self.register_buffer('t', torch.ones({MANY}), persistent=False)"),
        "t [",
    ),
    "a tensor with other class": (
        net(f"self.rest = torch.ones({MANY}).as_subclass(Odd)")
        + """
class Odd(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None): return 0
    __class__ = int
""",
        "rest",
    ),
    "under an iterator": (net(f"self.rest = iter([torch.ones({MANY})])"), "rest"),
    "under no name": (
        net() + f"\nimport sys; sys.modules['hidden'] = type('Box', (), {{'t': torch.ones({MANY})}})()\n",
        "no name",
    ),
}


@pytest.mark.parametrize("case", HELD)
def test_too_much_beside_the_parameters(case: str, tmp_path: Path) -> None:
    architecture, name = HELD[case]
    done = forked(write(tmp_path, architecture))
    assert done.errors == ["prism:param-cap"], done.lines
    message = done.message("prism:param-cap")
    assert f"{name} [" in message or name in message, message
    assert "tensors outside both" in message or "buffers" in message
    counted = done.counts
    assert counted["parameters"] == SMALL and counted["state_bytes"] + counted["held_bytes"] >= MANY * 4
    assert counted["held_elements"] >= MANY or "buffer" in case


FREE = {
    "views of one storage": f"base = torch.ones({HALF}); self.rest = [base[i:] for i in range(50)]",
    "an expanded tensor": f"self.rest = torch.ones(1).expand({MANY})",
    "views of a parameter": "self.rest = [self.embed.weight.detach()[i] for i in range(9)]",
    "tensors without memory": f"self.rest = torch.ones({MANY}, device='meta')",
    "garbage": f"box = [torch.ones({MANY})]; box.append(box)",
}


@pytest.mark.parametrize("case", FREE)
def test_what_takes_no_memory_is_free(case: str, tmp_path: Path) -> None:
    done = forked(write(tmp_path, net(FREE[case])))
    assert not done.errors, done.findings
    assert done.facts["causal"] is True


def test_averages_of_weights_in_train_are_free(tmp_path: Path) -> None:
    training = """
        import copy
        def train(ctx):
            model = ctx.build_model()
            averages = [copy.deepcopy(model) for _ in range(5)]
            for batch in ctx.iter_train_batches(model, batch_size=2, seq_len=8):
                pass
    """
    done = forked(write(tmp_path, net(f"self.wide = nn.Linear({CAP - 2 * SMALL}, 1)"), training))
    assert not done.errors, done.findings


def test_held_by_the_model_that_train_hands_over(tmp_path: Path) -> None:
    training = f"""
        def train(ctx):
            model = ctx.build_model()
            model.head.memory = [torch.ones({MANY})]
            for batch in ctx.iter_train_batches(model, batch_size=2, seq_len=8):
                pass
    """
    done = forked(write(tmp_path, net(), training))
    assert done.errors == ["prism:param-cap"]
    assert "head.memory[0]" in done.message("prism:param-cap")
