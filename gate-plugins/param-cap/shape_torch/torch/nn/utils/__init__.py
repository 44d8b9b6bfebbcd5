"""torch.nn.utils."""

import math

from ... import _names
from ..._shape.registry import FUNCTIONS
from ..._shape.tensor import result
from ..._shape.undecided import Undecided, missing
from ..parameter import Parameter
from . import parametrizations, parametrize, rnn, stateless  # noqa: F401


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    raise Undecided("gradients are not computed on shapes")


clip_grad_value_ = get_total_norm = clip_grad_norm_


def parameters_to_vector(parameters):
    return FUNCTIONS["cat"]([one.view(-1) for one in parameters])


def vector_to_parameters(vec, parameters):
    return None


def skip_init(module_cls, *args, **kwargs):
    return module_cls(*args, **kwargs)


def weight_norm(module, name="weight", dim=0):
    """The older form: `weight_g` and `weight_v` in the place of `weight`."""
    weight = getattr(module, name)
    sizes = [1] * weight.ndim
    if dim is not None:
        sizes[dim] = weight.shape[dim]
    del module._parameters[name]
    module.register_parameter(f"{name}_g", Parameter(result(sizes if dim is not None else (), weight)))
    module.register_parameter(f"{name}_v", Parameter(weight.data))
    setattr(module, name, result(weight.shape, weight))
    return module


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """The older form: `weight_orig` and two buffers in the place of `weight`."""
    weight = getattr(module, name)
    dim = (1 if type(module).__name__.startswith("ConvTranspose") else 0) if dim is None else dim
    del module._parameters[name]
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.data)
    height = weight.shape[dim]
    module.register_buffer(f"{name}_u", result((height,), weight))
    module.register_buffer(f"{name}_v", result((math.prod(weight.shape) // height,), weight))
    return module


def remove_weight_norm(module, name="weight"):
    raise Undecided("remove_weight_norm")


remove_spectral_norm = remove_weight_norm
__getattr__ = missing("torch.nn.utils", _names.MODULES["torch.nn.utils"])
