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


def _fills(name, dimensions=0):
    def fill(tensor, *args, **kwargs):
        if len(tensor.shape) < dimensions:
            raise ValueError(f"{name} needs a tensor of at least {dimensions} dimensions")
        return tensor.forget()

    fill.__name__ = name
    return fill


for _name, _dimensions in {"uniform_": 0, "normal_": 0, "trunc_normal_": 0, "constant_": 0, "ones_": 0, "zeros_": 0,
                           "eye_": 2, "dirac_": 3, "xavier_uniform_": 2, "xavier_normal_": 2, "kaiming_uniform_": 0,
                           "kaiming_normal_": 0, "orthogonal_": 2, "sparse_": 2}.items():
    globals()[_name] = _fills(_name, _dimensions)
__getattr__ = missing("torch.nn.init", _names.MODULES["torch.nn.init"])
