"""Outputs that can't be charged, each with a message that says what came and what to return; and those that can."""

from __future__ import annotations

from pathlib import Path

import pytest
from preflights import VOCAB, forked, write

NET = """
class Net(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens, targets=None):
        logits = self.head(self.embed(tokens))
        {answer}
"""


def net(answer: str) -> str:
    return NET.format(answer=answer)


#: What forward does with its logits, and words of the message.
WRONG = {
    "no return": ("pass", ["None", "return missing"]),
    "a dict under another key": ("return {'out': logits, 'loss': 0}", ["a dict", "'out', 'loss'", "'logits'"]),
    "a tuple with the loss first": ("return logits.mean(), logits", ["one number", "put the logits first"]),
    "a tuple with None first": ("return None, logits", ["NoneType", "element 1 has the right shape"]),
    "a loss": ("return logits.mean()", ["one number", "a loss"]),
    "a loss for each token": ("return logits.mean(-1)", ["no dimension of vocab_size"]),
    "the vocabulary second": ("return logits.transpose(1, 2)", ["logits.transpose(1, 2)"]),
    "the columns first": ("return logits.transpose(0, 1)", ["logits.transpose(0, 1)"]),
    "rows and columns in one": ("return logits.flatten(0, 1)", ["flattened", "view(rows, columns, vocab_size)"]),
    "the last column alone": ("return logits[:, -1]", ["one column only"]),
    "the last column alone, kept": ("return logits[:, -1:]", ["one column only"]),
    "a column less": ("return logits[:, :-1]", ["a column is missing"]),
    "another width": ("return F.pad(logits, (0, 3))", [f"about {VOCAB + 3} tokens", f"vocab_size is {VOCAB}"]),
    "token ids": ("return logits.argmax(-1)", ["int64", "not token ids"]),
    "complex numbers": ("return torch.complex(logits, logits)", ["complex64"]),
    "a sparse tensor": ("return logits.to_sparse()", ["dense"]),
    "a subclass": ("return logits.as_subclass(Odd)\nclass Odd(torch.Tensor): pass", ["Odd", "subclass"]),
    "a parameter": ("return nn.Parameter(logits)", ["Parameter", "subclass"]),
    "a string": ("return 'logits'", ["a str"]),
    "an object": ("return Box()\nclass Box: pass", ["a Box", ".logits"]),
    "one infinite value": (
        "logits[1, 5, 3] = float('inf'); return logits",
        ["inf in row 1, column 5, token 3", "1 of"],
    ),
    "one that is not a number": (
        "logits[0, 23, 16] = float('nan'); return logits",
        ["nan in row 0, column 23, token 16"],
    ),
    "a mask of minus infinity": (
        "logits[..., 0] = -torch.inf; return logits",
        ["-inf in row 0, column 0, token 0", "-1e9"],
    ),
    "overflow in half precision": ("return (logits.abs() + 1).mul(1e6).half()", ["inf in row 0"]),
    "other forms while it trains": (
        "return logits.mean() if self.training else {'out': logits}",
        ["a dict with the keys 'out'"],
    ),
    "an exception": ("return logits[:, 99]", ["IndexError"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_output_that_cannot_be_charged(case: str, tmp_path: Path) -> None:
    answer, words = WRONG[case]
    done = forked(write(tmp_path, net(answer)))
    assert done.errors == ["prism:output-contract"], done.lines
    message = done.message("prism:output-contract")
    assert all(word in message for word in words), message
    finding = done.findings[-1]
    assert finding["path"] == "architecture.py" and 10 <= finding["line"] <= 16
    assert done.facts["causal"] is None


RIGHT = {
    "a tensor": "return logits",
    "first in a tuple": "return logits, None",
    "first in a list": "return [logits, logits.mean()]",
    "in a dict": "return {'loss': None, 'logits': logits}",
    "as an attribute": "return Out(logits)\nclass Out:\n    def __init__(self, logits): self.logits = logits",
    "a named tuple": "return Out(logits, None)\nimport collections\nOut = collections.namedtuple('Out', 'logits loss')",
    "half precision": "return logits.half()",
    "bfloat16": "return logits.bfloat16()",
    "double precision": "return logits.double()",
    "log-softmax": "return logits.log_softmax(-1)",
    "a view of a padded head": "return F.pad(logits, (0, 3))[..., :-3]",
}


@pytest.mark.parametrize("case", RIGHT)
def test_an_output_that_can(case: str, tmp_path: Path) -> None:
    done = forked(write(tmp_path, net(RIGHT[case])))
    assert not done.findings, done.findings
    assert done.facts["causal"] is True


def test_probabilities_are_pointed_out(tmp_path: Path) -> None:
    done = forked(write(tmp_path, net("return logits.softmax(-1)")))
    assert not done.errors
    assert "leave the softmax out" in done.message("prism:output-contract")
