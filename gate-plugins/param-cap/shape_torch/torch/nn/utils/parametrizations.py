"""weight_norm, spectral_norm and orthogonal as parametrizations."""

import math

from ..._shape.tensor import result, wrap_dim
from ..._shape.undecided import Undecided
from ..modules.module import Module
from .parametrize import register_parametrization


class _WeightNorm(Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, weight_g, weight_v):
        return result(weight_v.shape, weight_v, inputs=(weight_g, weight_v))

    def right_inverse(self, weight):
        if self.dim is None:
            return result((), weight), weight
        sizes = [1] * weight.ndim
        sizes[wrap_dim(self.dim, weight.ndim)] = weight.shape[self.dim]
        return result(sizes, weight), weight


class _SpectralNorm(Module):
    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        super().__init__()
        self.dim, self.eps = dim, eps
        if weight.ndim > 1:
            self.register_buffer("_u", result((weight.shape[dim],), weight.data))
            self.register_buffer("_v", result((math.prod(weight.shape) // weight.shape[dim],), weight.data))

    def forward(self, weight):
        return result(weight.shape, weight)

    def right_inverse(self, value):
        return value


def weight_norm(module, name="weight", dim=0):
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    weight = getattr(module, name)
    if dim is None:
        dim = 1 if type(module).__name__.startswith("ConvTranspose") else 0
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


def orthogonal(module, name="weight", orthogonal_map=None, *, use_trivialization=True):
    raise Undecided("parametrizations.orthogonal")
