"""torch.nn.init: writes into a tensor, so that only its shape is looked at."""

import math

from .. import _names
from .._shape.undecided import missing


def calculate_gain(nonlinearity, param=None):
    if nonlinearity in ("linear", "sigmoid", *(f"conv{n}d" for n in (1, 2, 3)), *(f"conv_transpose{n}d" for n in (1, 2, 3))):
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity == "selu":
        return 3.0 / 4
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}")


def _calculate_fan_in_and_fan_out(tensor):
    if tensor.dim() < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _fills(name, fewest, most):
    def fill(tensor, *args, **kwargs):
        if not fewest <= len(tensor.shape) <= most:
            raise ValueError(f"{name} can't fill a tensor of {len(tensor.shape)} dimensions")
        return tensor.forget()

    fill.__name__ = name
    return fill


for _names_of, _fewest, _most in (
    ("uniform_ normal_ trunc_normal_ constant_ ones_ zeros_", 0, math.inf),
    ("xavier_uniform_ xavier_normal_ kaiming_uniform_ kaiming_normal_ orthogonal_", 2, math.inf),
    ("eye_ sparse_", 2, 2), ("dirac_", 3, 5),
):
    for _name in _names_of.split():
        globals()[_name] = _fills(_name, _fewest, _most)
xavier_uniform, xavier_normal, kaiming_uniform, kaiming_normal, uniform, normal, constant, orthogonal = (
    globals()[_name] for _name in """xavier_uniform_ xavier_normal_ kaiming_uniform_ kaiming_normal_ uniform_ normal_ constant_
    orthogonal_""".split())
__getattr__ = missing("torch.nn.init", _names.MODULES["torch.nn.init"])
