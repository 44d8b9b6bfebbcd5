"""torch.nn.utils."""

import inspect

from ... import _names
from ..._shape.registry import FUNCTIONS
from ..._shape.undecided import Undecided, missing
from ..modules.module import Module
from . import parametrizations, parametrize, rnn, stateless  # noqa: F401
from .norms import remove_spectral_norm, remove_weight_norm, spectral_norm, weight_norm  # noqa: F401


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    raise Undecided("gradients are not computed on shapes")


clip_grad_value_ = get_total_norm = clip_grad_norm_


def parameters_to_vector(parameters):
    return FUNCTIONS["cat"]([one.view(-1) for one in parameters])


def vector_to_parameters(vec, parameters):
    at = 0
    for one in parameters:
        one.data = vec[at : at + one.numel()].view_as(one).data
        at += one.numel()


def skip_init(module_cls, *args, **kwargs):
    if not isinstance(module_cls, type) or not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    device = kwargs.pop("device", "cpu")
    return module_cls(*args, **kwargs).to_empty(device=device)


__getattr__ = missing("torch.nn.utils", _names.MODULES["torch.nn.utils"])
