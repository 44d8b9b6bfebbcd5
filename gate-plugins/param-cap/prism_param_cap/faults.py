"""Whose fault an exception is. Only what plain Python would raise too is the bundle's; the rest may be our imitation's."""

import ast
import re
import types
from dataclasses import dataclass

from .importer import MARK, MOUNT, UnknownModule, bundle_path

INSTANTIATION = "prism:build-model-instantiation"
RETURN_TYPE = "prism:build-model-return-type"


@dataclass(frozen=True)
class Fault:
    """A finding that rejects."""

    rule: str
    message: str
    path: str | None = None
    line: int | None = None


def frames(error):
    """(bundle path or None, line, code) of each frame of the traceback, outermost first."""
    out, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        out.append((bundle_path(code.co_filename), trace.tb_lineno, code))
        trace = trace.tb_next
    return out


def _last_own(error):
    own = [(path, line) for path, line, _ in frames(error) if path is not None]
    return own[-1] if own else (None, None)


def of_exception(error, bundle):
    """The fault, or None when it can't be told from a fault of the imitation."""
    try:
        return _of_exception(error, bundle)
    except Exception:  # a bundle's exception class with properties of its own
        return None


def _of_exception(error, bundle):
    kind = type(error)
    path, line = _last_own(error)
    if kind in (SyntaxError, IndentationError, TabError):
        file = bundle_path(error.filename)
        if file is None:
            return None
        return Fault(INSTANTIATION, f"{kind.__name__}: {error.msg}", file, error.lineno)
    if kind is UnknownModule:
        return Fault(INSTANTIATION, f"ModuleNotFoundError: {error}; neither the bundle nor the runner has it", path, line)
    if kind is ImportError and isinstance(error.path, str) and error.path.startswith(MOUNT) and error.name:
        return Fault(INSTANTIATION, f"ImportError: {_text(error)}", path, line)
    if kind in (NameError, UnboundLocalError):
        at_end = frames(error)[-1][0]
        if at_end is None or _has_star_import(bundle):
            return None
        return Fault(INSTANTIATION, f"{kind.__name__}: {_text(error)}", path, line)
    return None


def signature_fault(error, factory, entry):
    """`build_model` does not take the one argument it is called with."""
    if type(error) is not TypeError or type(factory) is not types.FunctionType or len(frames(error)) != 1:
        return None
    code = factory.__code__
    path = bundle_path(code.co_filename)
    if path is None:
        return None
    return Fault(INSTANTIATION, f"`{entry.symbol}` is called as `{entry.symbol}(ctx)`: {_text(error)}",
                 path, code.co_firstlineno)


def _has_star_import(bundle):
    return any(b"import *" in bundle.bytes(path) for path in bundle.paths if path.endswith(".py"))


def _text(error):
    return str(error).replace(MOUNT, "").replace(MARK, "")[:300]


def reason(error):
    """One sentence for the record: why nothing was decided."""
    kind = getattr(error, "reason", None)
    if isinstance(kind, str) and type(error).__name__ == "Undecided":
        return kind
    try:
        path, line = _last_own(error)
        where = f" ({path}:{line})" if path is not None else ""
        return f"{type(error).__name__}: {_text(error)}{where}"
    except Exception:
        return type(error).__name__


def definition(source, symbol):
    """The line of the top-level definition of a symbol, or None."""
    found = list(re.finditer(rb"(?m)^(?:async[ \t]+def|def|class)[ \t]+%s\b" % re.escape(symbol).encode(), source))
    if len(found) == 1:  # a syntax tree costs as much as running the bundle
        return source.count(b"\n", 0, found[0].start()) + 1
    try:
        tree = ast.parse(source, MARK)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = [node.lineno for node in tree.body if isinstance(node, _DEFINITIONS) and node.name == symbol]
    return lines[-1] if lines else None


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
