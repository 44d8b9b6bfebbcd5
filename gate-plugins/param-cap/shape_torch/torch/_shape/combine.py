"""Joining, splitting, gathering and scattering."""

from . import dtypes
from .pointwise import wrote
from .registry import FUNCTIONS, METHODS, both, function, method
from .tensor import Tensor, alias, result, result_type, wrap_dim
from .views import resized, select
from .undecided import Undecided


def _several(tensors):
    if isinstance(tensors, Tensor):
        tensors = list(tensors)
    tensors = list(tensors)
    if not tensors:
        raise RuntimeError("expected a non-empty list of Tensors")
    return tensors


@function
def cat(tensors, dim=0, *, out=None, axis=None):
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
    return result(shape, tensors[0], of, tensors)


FUNCTIONS["concat"] = FUNCTIONS["concatenate"] = cat


@function
def stack(tensors, dim=0, *, out=None):
    tensors = _several(tensors)
    shape = tensors[0]._shape
    if any(one._shape != shape for one in tensors):
        raise RuntimeError("stack expects each tensor to be equal size")
    dim = wrap_dim(dim, len(shape) + 1)
    return result(shape[:dim] + (len(tensors),) + shape[dim:], tensors[0], result_type(tensors), tensors)


@function
def hstack(tensors):
    tensors = [one if one.ndim else one.reshape(1) for one in _several(tensors)]
    return cat(tensors, 0 if tensors[0].ndim == 1 else 1)


@function
def vstack(tensors):
    return cat([one if one.ndim > 1 else one.reshape(1, -1) for one in _several(tensors)], 0)


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
    return tuple(resized(tensor, dim, lambda _, part=part: part, alias) for part in parts)


FUNCTIONS["split_with_sizes"] = METHODS["split_with_sizes"] = split


@both
def chunk(input, chunks, dim=0):
    size = input._shape[wrap_dim(dim, input.ndim)]
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


@both
def unbind(input, dim=0):
    dim = wrap_dim(dim, input.ndim)
    return tuple(select(input, dim, at) for at in range(input._shape[dim]))


@both
def gather(input, dim, index, *, sparse_grad=False, out=None):
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
    return resized(input, dim, lambda _: index.numel())


@both
def take(input, index):
    return result(index._shape, input)


@both
def flip(input, *dims):
    return result(input._shape, input)


FUNCTIONS["fliplr"] = FUNCTIONS["flipud"] = METHODS["fliplr"] = METHODS["flipud"] = flip


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
    return result(input._shape, input)


FUNCTIONS["triu"] = METHODS["triu"] = tril


def _writing(name):
    """scatter and its like: the result has the input's shape; the twin with `_` writes into it."""

    def operation(input, *args, **kwargs):
        sources = [one for one in (*args, *kwargs.values()) if isinstance(one, Tensor)]
        return result(input._shape, input, inputs=[input, *sources])

    def write(self, *args, **kwargs):
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
    return tuple(result(shape, one) for one in tensors)


@function
def cartesian_prod(*tensors):
    if len(tensors) == 1:
        return result(tensors[0]._shape, tensors[0])
    count = 1
    for one in tensors:
        count *= one.numel()
    return result((count, len(tensors)), tensors[0])


@function
def block_diag(*tensors):
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
    return self


@both
def searchsorted(sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None):
    if not isinstance(input, Tensor):
        return result((), sorted_sequence, dtypes.int64)
    return result(input._shape, input, dtypes.int32 if out_int32 else dtypes.int64)
