"""weight_norm, spectral_norm and orthogonal as parametrizations."""

import math

from ..._shape.tensor import Tensor, result, wrap_dim
from ..modules.module import Module
from .parametrize import register_parametrization


def norms(weight, dim):
    """One norm a slice along `dim`, in a shape that broadcasts with the weight; of the whole when `dim` is None."""
    if dim is None or dim == -1:
        return result((), weight)
    sizes = [1] * weight.ndim
    sizes[wrap_dim(dim, weight.ndim)] = weight.shape[dim]
    return result(sizes, weight)


def vectors(weight, dim):
    """The two vectors of a power iteration."""
    height = weight.shape[dim]
    return result((height,), weight.data), result((math.prod(weight.shape) // height,), weight.data)


def output_dim(module):
    """The dimension of a layer's weight that its outputs lie along."""
    return 1 if any(base.__name__.startswith("ConvTranspose") for base in type(module).__mro__) else 0


class _WeightNorm(Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, weight_g, weight_v):
        return result(weight_v.shape, weight_v, inputs=(weight_g, weight_v))

    def right_inverse(self, weight):
        return norms(weight, self.dim), weight


class _SpectralNorm(Module):
    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(f"Dimension out of range but got {dim}")
        if n_power_iterations <= 0:
            raise ValueError("Expected n_power_iterations to be positive")
        self.dim, self.eps = dim, eps
        if weight.ndim > 1:
            for name, vector in zip(("_u", "_v"), vectors(weight, dim)):
                self.register_buffer(name, vector)

    def forward(self, weight):
        return result(weight.shape, weight)

    def right_inverse(self, value):
        return value


class _Orthogonal(Module):
    def __init__(self, weight, use_trivialization):
        super().__init__()
        self.shape = weight.shape
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, weight):
        return result(weight.shape, weight)

    def right_inverse(self, value):
        if value.shape != self.shape:
            raise ValueError(f"Expected a matrix or batch of matrices of shape {self.shape}. Got {value.shape}.")
        if "base" in self._buffers:
            side = max(value.shape[-2:])
            self.base = result(value.shape[:-2] + (side, side), value.data)
        return result(value.shape, value)


def weight_norm(module, name="weight", dim=0):
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    weight = _tensor_of(module, name)
    dim = output_dim(module) if dim is None else dim
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


def orthogonal(module, name="weight", orthogonal_map=None, *, use_trivialization=True):
    weight = _tensor_of(module, name)
    if weight.ndim < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions.")
    if orthogonal_map not in (None, "matrix_exp", "cayley", "householder"):
        raise ValueError(f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}')
    return register_parametrization(module, name, _Orthogonal(weight, use_trivialization), unsafe=True)


def _tensor_of(module, name):
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    return weight
