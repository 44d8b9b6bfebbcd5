"""Where operations are registered once and become `torch.f`, `Tensor.f` or both."""

from .tensor import Tensor

FUNCTIONS = {}
METHODS = {}


def both(function):
    FUNCTIONS[_public(function)] = METHODS[_public(function)] = function
    return function


def function(target):
    FUNCTIONS[_public(target)] = target
    return target


def method(target):
    METHODS[_public(target)] = target
    return target


def _public(target):
    # `abs_` is written with an underscore where `abs` would hide Python's own.
    return target.__name__.rstrip("_")


def install():
    """Puts the methods on the tensor class, once all are registered."""
    for name, target in METHODS.items():
        setattr(Tensor, name, target)
