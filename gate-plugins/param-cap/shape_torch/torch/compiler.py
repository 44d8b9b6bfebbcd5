"""torch.compiler: compiling is the identity, as in the run."""

from . import _names
from ._shape.undecided import missing


def is_compiling():
    return False


is_dynamo_compiling = is_exporting = is_compiling


def disable(function=None, recursive=True, **kwargs):
    return function if function is not None else lambda inner: inner


def allow_in_graph(function):
    return function


def compile(model=None, **kwargs):
    return model if model is not None else lambda inner: inner


def reset():
    return None


def cudagraph_mark_step_begin():
    return None


__getattr__ = missing("torch.compiler", _names.MODULES["torch.compiler"])
