"""The output contract: one finite floating-point tensor [rows, columns, vocab_size], or why it is none.

The rules are those of the capture extension (`charges.rs`), which only says that an output can't be charged; here a
miner is told what came and what to return.
"""

from __future__ import annotations

from typing import Any

import torch

from ..worker.reach import class_name, is_a

_Tensor = torch.Tensor
_TYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
_FORMS = "Return the logits [rows, columns, vocab_size] alone, first in a tuple, or as .logits or ['logits']"


def problem(output: Any, raw: Any, expected: tuple[int, int, int]) -> str | None:
    """What is wrong with a model's answer, and what to do about it; None when it can be charged.

    `raw` is what the model returned, `output` what `logits_of` takes from it, `expected` rows, columns and vocab_size.
    """
    if not is_a(output, _Tensor):
        return _no_tensor(raw, expected)
    if type(output) is not _Tensor:
        return f"the output is a {class_name(output)}, a subclass of torch.Tensor; return a plain tensor ({_came(raw)})"
    if output.layout is not torch.strided or output.dtype not in _TYPES:
        return (
            f"the output must be a dense floating-point tensor and is {_came(output)}; logits are wanted, not token ids"
        )
    if tuple(output.shape) != expected:
        return f"{_wrong_shape(output, raw, expected)}. It returned {_came(raw)}; wanted is {list(expected)}"
    finite = torch.isfinite(output.float())
    if not bool(finite.all()):
        row, column, token = (~finite).nonzero()[0].tolist()
        value = output[row, column, token].item()
        wrong = finite.numel() - int(finite.sum())
        return (
            f"{wrong:,} of {finite.numel():,} logits are infinite or not a number; the first is {value} in row {row}, "
            f"column {column}, token {token}. Every logit must be finite: mask with -1e9 rather than -inf"
        )
    return None


def probabilities(output: torch.Tensor) -> bool:
    """Whether the output looks like probabilities instead of logits."""
    piece = output[:1].float()
    return bool((piece >= 0).all()) and bool(((piece.sum(-1) - 1).abs() < 1e-3).all())


def _no_tensor(raw: Any, expected: tuple[int, int, int]) -> str:
    came = f"the model returned {_came(raw)}"
    if raw is None:
        return f"{came}: is a return missing in forward? {_FORMS}"
    if is_a(raw, dict):
        return f"{came}, of which none is 'logits' with a tensor. {_FORMS}"
    if is_a(raw, (tuple, list)):
        fits = [index for index, one in enumerate(raw) if is_a(one, _Tensor) and tuple(one.shape) == expected]
        where = f"; element {fits[0]} has the right shape, so put it first" if fits else ""
        return f"{came}: the first element must be the logits{where}. {_FORMS}"
    return f"{came}, which holds no tensor of logits. {_FORMS}"


def _wrong_shape(output: torch.Tensor, raw: Any, expected: tuple[int, int, int]) -> str:
    rows, columns, vocab = expected
    shape = tuple(output.shape)
    if output.numel() == 1:
        if is_a(raw, (tuple, list)) and any(is_a(one, _Tensor) and tuple(one.shape) == expected for one in raw):
            return "the first element is one number, a loss it seems; put the logits first"
        return "the output is one number, a loss it seems; called with tokens alone, a model must return its logits"
    known = {
        (rows, vocab, columns): "the output has vocab_size before the columns; return logits.transpose(1, 2)",
        (columns, rows, vocab): "the output has the columns before the rows; return logits.transpose(0, 1)",
        (
            rows * columns,
            vocab,
        ): "rows and columns are flattened into one; return logits.view(rows, columns, vocab_size)",
        (rows, vocab): "the output is about one column only; every column's logits are charged",
        (rows, 1, vocab): "the output is about one column only; every column's logits are charged",
        (
            rows,
            columns - 1,
            vocab,
        ): "a column is missing; the last column's logits are wanted too, though they aren't charged",
        (
            rows,
            columns,
        ): "the output has no dimension of vocab_size; return the logits, not a loss or a token for each column",
    }
    if shape in known:
        return known[shape]
    if shape[:2] == (rows, columns) and len(shape) == 3:
        return (
            f"the output is about {shape[2]} tokens and ctx.vocab_size is {vocab}; the last layer must have that width"
        )
    return "the output has the wrong shape"


def _came(value: Any) -> str:
    if is_a(value, _Tensor):
        kind = str(value.dtype).removeprefix("torch.")
        return f"{'a' if type(value) is _Tensor else class_name(value)} tensor {list(value.shape)} of {kind}"
    if is_a(value, dict):
        return f"a dict with the keys {', '.join(repr(str(key)[:40]) for key in list(value)[:8])}"
    if is_a(value, (tuple, list)):
        inner = ", ".join(_came(one) if is_a(one, _Tensor) else class_name(one) for one in list(value)[:6])
        return f"a {class_name(value)} of ({inner})"
    return "None" if value is None else f"a {class_name(value)}"
