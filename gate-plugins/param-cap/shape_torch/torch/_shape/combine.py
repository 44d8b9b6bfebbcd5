"""Joining, splitting, gathering and scattering."""

import math

from . import dtypes, strides
from .dtypes import CONTIGUOUS_FORMAT
from .pointwise import wrote
from .registry import FUNCTIONS, METHODS, both, function, method
from .tensor import Tensor, result, result_type, sizes_of, wrap_dim
from .views import dense, resized, select, shortened, unordered
from .undecided import Undecided


def _several(tensors):
    if not isinstance(tensors, (tuple, list)):
        raise TypeError(f"expected a tuple of Tensors, not {type(tensors).__name__}")
    for one in tensors:
        if not isinstance(one, Tensor):
            raise TypeError(f"expected Tensor as an element of the list, but got {type(one).__name__}")
    if not tensors:
        raise RuntimeError("expected a non-empty list of Tensors")
    return list(tensors)


@function
def cat(tensors, dim=0, *, out=None, axis=None):
    if isinstance(tensors, (tuple, list)) and not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    tensors = _several(tensors)
    dim = dim if axis is None else axis
    of = result_type(tensors)
    rest = [one for one in tensors if tuple(one._shape) != (0,)]  # torch skips the legacy empty tensor
    if not rest:
        return result((0,), tensors[0], of, tensors)
    shape = list(rest[0]._shape)
    if not shape:
        raise RuntimeError("zero-dimensional tensor (at position 0) cannot be concatenated")
    dim = wrap_dim(dim, len(shape))
    for one in rest[1:]:
        same = len(one._shape) == len(shape) and all(
            a == b for at, (a, b) in enumerate(zip(one._shape, shape)) if at != dim)
        if not same:
            raise RuntimeError(f"Sizes of tensors must match except in dimension {dim}")
        shape[dim] += one._shape[dim]
    return dense(result(shape, tensors[0], of, tensors))


FUNCTIONS["concat"] = FUNCTIONS["concatenate"] = cat


@function
def stack(tensors, dim=0, *, out=None):
    tensors = _several(tensors)
    shape = tensors[0]._shape
    if any(one._shape != shape for one in tensors):
        raise RuntimeError("stack expects each tensor to be equal size")
    dim = wrap_dim(dim, len(shape) + 1)
    return dense(result(shape[:dim] + (len(tensors),) + shape[dim:], tensors[0], result_type(tensors), tensors))


def _on_plane(one):
    return one if one.ndim > 1 else one.reshape(1, -1)


@function
def dstack(tensors):
    tensors = [_on_plane(one) for one in _several(tensors)]
    return cat([one if one.ndim > 2 else one.unsqueeze(-1) for one in tensors], 2)


@function
def column_stack(tensors):
    return cat([one if one.ndim > 1 else one.reshape(-1, 1) for one in _several(tensors)], 1)


@function
def hstack(tensors):
    tensors = [one if one.ndim else one.reshape(1) for one in _several(tensors)]
    return cat(tensors, 0 if tensors[0].ndim == 1 else 1)


@function
def vstack(tensors):
    return cat([_on_plane(one) for one in _several(tensors)], 0)


FUNCTIONS["row_stack"] = vstack


@both
def split(tensor, split_size_or_sections, dim=0):
    dim = wrap_dim(dim, tensor.ndim)
    size = tensor._shape[dim]
    if isinstance(split_size_or_sections, int):
        step = split_size_or_sections
        if step <= 0 and size:
            raise RuntimeError("split expects split_size be positive")
        parts = [min(step, size - at) for at in range(0, size, step)] if size else [0]
    else:
        parts = list(split_size_or_sections)
        if sum(parts) != size:
            raise RuntimeError(f"split_with_sizes expects split_sizes to sum exactly to {size}")
    return tuple(shortened(tensor, dim, part) for part in parts)


FUNCTIONS["split_with_sizes"] = METHODS["split_with_sizes"] = split


@both
def chunk(input, chunks, dim=0):
    if not input._shape:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    size = input._shape[wrap_dim(dim, input.ndim)]
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    return split(input, max(1, -(-size // chunks)), dim)


@both
def tensor_split(input, indices_or_sections, dim=0):
    size = input._shape[wrap_dim(dim, input.ndim)]
    if isinstance(indices_or_sections, int):
        short, extra = divmod(size, indices_or_sections)
        parts = [short + (at < extra) for at in range(indices_or_sections)]
    else:
        edges = [0, *(min(one, size) for one in indices_or_sections), size]
        parts = [max(b - a, 0) for a, b in zip(edges, edges[1:])]
    return split(input, parts, dim)


def _split_along(name, dim):
    def operation(input, indices_or_sections):
        return tensor_split(input, indices_or_sections, 0 if name == "hsplit" and input.ndim == 1 else dim)

    operation.__name__ = name
    both(operation)


_split_along("hsplit", 1)
_split_along("vsplit", 0)
_split_along("dsplit", 2)


@both
def unbind(input, dim=0):
    if not input._shape:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    dim = wrap_dim(dim, input.ndim)
    return tuple(select(input, dim, at) for at in range(input._shape[dim]))


def _whole(index):
    if index._dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError(f"Expected dtype int32/int64 for index, got {index._dtype}")


def _index_fits(input, dim, index):
    """An index of gather or scatter: as many dimensions, and no longer than the input beside `dim`."""
    if not isinstance(index, Tensor):
        raise TypeError(f"argument 'index' must be Tensor, not {type(index).__name__}")
    _whole(index)
    dim = wrap_dim(dim, input.ndim)
    if index.ndim != input.ndim and index.numel() and input.ndim and index.ndim:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    if any(a > b for at, (a, b) in enumerate(zip(index._shape, input._shape)) if at != dim):
        raise RuntimeError(f"Size does not match at a dimension: index {list(index._shape)}, input {list(input._shape)}")


@both
def gather(input, dim, index, *, sparse_grad=False, out=None):
    _index_fits(input, dim, index)
    return result(index._shape, input)


@both
def take_along_dim(input, indices, dim=None):
    if dim is None:
        return result((indices.numel(),), input)
    dim = wrap_dim(dim, input.ndim)
    from .tensor import broadcast

    a, b = list(input._shape), list(indices._shape)
    a[dim] = b[dim]
    return result(broadcast(a, b), input)


@both
def index_select(input, dim, index, *, out=None):
    if index.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    _whole(index)
    return resized(input, dim, lambda _: index.numel())


@both
def take(input, index):
    return result(index._shape, input)


@both
def flip(input, *args, dims=()):
    for one in sizes_of(args) or sizes_of((dims,)):
        wrap_dim(one, input.ndim)
    return result(input._shape, input)


def _flipping(name, dimensions):
    def operation(input):
        if input.ndim < dimensions:
            raise RuntimeError(f"Input must be >= {dimensions}-d.")
        return result(input._shape, input)

    operation.__name__ = name
    both(operation)


_flipping("fliplr", 2)
_flipping("flipud", 1)


@both
def roll(input, shifts, dims=None):
    return result(input._shape, input)


@both
def rot90(input, k=1, dims=(0, 1)):
    a, b = (wrap_dim(one, input.ndim) for one in dims)
    shape = list(input._shape)
    if k % 2:
        shape[a], shape[b] = shape[b], shape[a]
    return result(shape, input)


@both
def tril(input, diagonal=0, *, out=None):
    if input.ndim < 2:
        raise RuntimeError("tril: input tensor must have at least 2 dimensions")
    return result(input._shape, input)


FUNCTIONS["triu"] = METHODS["triu"] = tril


def _dim_and_index(dim=0, index=None, *args, **kwargs):
    return dim, index


def _writing(name):
    """scatter and its like: the result has the input's shape; the twin with `_` writes into it."""

    def operation(input, *args, **kwargs):
        if name in ("scatter", "scatter_add", "scatter_reduce"):
            _index_fits(input, *_dim_and_index(*args, **kwargs))
        sources = [one for one in (*args, *kwargs.values()) if isinstance(one, Tensor)]
        return result(input._shape, input, inputs=[input, *sources])

    def write(self, *args, **kwargs):
        operation(self, *args, **kwargs)
        return wrote(self, *args, *kwargs.values())

    FUNCTIONS[name] = METHODS[name] = operation
    METHODS[f"{name}_"] = write


for _name in """scatter scatter_add scatter_reduce index_add index_copy index_fill index_put masked_scatter
slice_scatter select_scatter index_reduce""".split():
    _writing(_name)


@function
def meshgrid(*tensors, indexing=None):
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tensors[0]
    if any(one._dtype is not tensors[0]._dtype for one in tensors):
        raise RuntimeError("torch.meshgrid expects all tensors to have the same dtype")
    shape = [one.numel() for one in tensors]
    if indexing == "xy" and len(shape) > 1:
        shape[0], shape[1] = shape[1], shape[0]
    return tuple(unordered(result(shape, one)) for one in tensors)


@function
def cartesian_prod(*tensors):
    if len(tensors) == 1:
        return result(tensors[0]._shape, tensors[0])
    count = 1
    for one in tensors:
        count *= one.numel()
    return result((count, len(tensors)), tensors[0])


@function
def combinations(input, r=2, with_replacement=False):
    count = input.numel()
    return result((math.comb(count + r - 1 if with_replacement else count, r), r), input)


@function
def vander(x, N=None, increasing=False):
    return result((x._shape[0], x._shape[0] if N is None else N), x)


@function
def isin(elements, test_elements, *, assume_unique=False, invert=False):
    like = elements if isinstance(elements, Tensor) else test_elements
    return result(elements._shape if isinstance(elements, Tensor) else (), like, dtypes.bool_)


@function
def block_diag(*tensors):
    tensors = [_on_plane(one) for one in tensors]
    return result((sum(t._shape[0] for t in tensors), sum(t._shape[1] for t in tensors)), tensors[0])


@function
def tril_indices(row, col, offset=0, *, dtype=dtypes.int64, device=None, layout=None):
    from .tensor import make

    count = sum(max(0, min(col, at + offset + 1)) for at in range(row)) if row <= 65536 else None
    if count is None:
        raise Undecided("tril_indices of a large matrix")
    return make((2, count), dtype)


@function
def triu_indices(row, col, offset=0, *, dtype=dtypes.int64, device=None, layout=None):
    below = tril_indices(row, col, offset - 1)._shape[1]
    from .tensor import make

    return make((2, row * col - below), dtype)


@method
def contiguous(self, memory_format=None):
    if self._layout is not strides.UNKNOWN and is_contiguous(self):
        return self
    got = result(self._shape, self)
    got._layout = None
    return got


@method
def is_contiguous(self, memory_format=None):
    if self._layout is strides.UNKNOWN or memory_format not in (None, CONTIGUOUS_FORMAT):
        raise Undecided("how this tensor lies in memory is not tracked")
    return strides.is_contiguous(self._shape, strides.of(self))


@method
def stride(self, dim=None):
    found = strides.of(self)
    if found is strides.UNKNOWN or 1 in self._shape:  # the stride of a single element is arbitrary
        raise Undecided("how this tensor lies in memory is not tracked")
    return found if dim is None else found[wrap_dim(dim, self.ndim)]


@both
def searchsorted(sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None):
    shape = input._shape if isinstance(input, Tensor) else ()
    return result(shape, sorted_sequence, dtypes.int32 if out_int32 else dtypes.int64)


@both
def bucketize(input, boundaries, *, out_int32=False, right=False, out=None):
    return searchsorted(boundaries, input, out_int32=out_int32)
