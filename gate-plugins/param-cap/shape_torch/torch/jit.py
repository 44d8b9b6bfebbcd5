"""torch.jit: scripting a function is the identity; scripting a module is undecided."""

from . import _names
from ._shape.undecided import Undecided, missing


def is_scripting():
    return False


is_tracing = is_scripting


def ignore(function=None, **kwargs):
    return function if callable(function) else lambda inner: inner


unused = export = ignore
Final = None


def script(target, *args, **kwargs):
    if isinstance(target, type) or not callable(target) or hasattr(target, "_modules"):
        raise Undecided("torch.jit.script of a class or a module")
    return target


def script_method(function):
    return function


def trace(*args, **kwargs):
    raise Undecided("torch.jit.trace")


__getattr__ = missing("torch.jit", _names.MODULES["torch.jit"])
