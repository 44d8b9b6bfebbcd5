"""What the supervisor is told of an exception."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

# Two thirds of the largest message at four bytes a character and some escaping.
_TRACEBACK_CHARACTERS = 8_000

_MEMORY_TEXTS = ("can't allocate memory", "not enough memory", "out of memory", "Cannot allocate memory")


def describe(error: BaseException, root: Path) -> dict[str, Any]:
    """Class, place in the bundle and traceback of an exception."""
    file, line = _place(error, root)
    text = "".join(traceback.format_exception(error))
    return {
        "class_": _class_name(error)[:200],
        "file": file[:200] if file else None,
        "line": line,
        "traceback": text[-_TRACEBACK_CHARACTERS:],
    }


def _class_name(error: BaseException) -> str:
    # The CPU allocator raises a bare RuntimeError.
    if isinstance(error, RuntimeError) and any(text in str(error) for text in _MEMORY_TEXTS):
        return "torch.OutOfMemoryError"
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _place(error: BaseException, root: Path) -> tuple[str | None, int | None]:
    """The innermost frame that lies in the bundle; of a syntax error, the line it is about."""
    if isinstance(error, SyntaxError) and error.filename:
        place = _relative(error.filename, root)
        if place:
            return place, error.lineno
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        place = _relative(frame.f_code.co_filename, root)
        if place:
            return place, line
    return None, None


def _relative(file: str, root: Path) -> str | None:
    path = Path(file)
    return str(path.relative_to(root)) if path.is_relative_to(root) else None
