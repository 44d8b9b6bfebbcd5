"""Other shapes of the same elements, and indexing."""

from . import dtypes, strides
from .cost import COST
from .dtypes import Size, numel
from .registry import FUNCTIONS, METHODS, both, function, method
from .tensor import Tensor, alias, broadcast, checked_shape, result, sizes_of, wrap_dim
from .undecided import Undecided


def view_of(input, shape, of=None, layout=None):
    """Another look at the same elements; `layout` are its strides where they are not those of a contiguous tensor."""
    got = alias(shape, input, of)
    got._layout = layout if layout is None else strides.kept(got._shape, layout)
    if input._known is not None and got._dtype is input._dtype and tuple(shape) == tuple(input._shape):
        got._known = input._known
    return got


def dense(tensor):
    """A result that is contiguous whatever its inputs were."""
    tensor._layout = None
    return tensor


def unordered(tensor):
    """A result whose layout nobody followed."""
    tensor._layout = strides.UNKNOWN
    return tensor


def with_strides(input, shape, change):
    """A view with the strides `change(strides)`, where the input's are known."""
    found = strides.of(input)
    return view_of(input, shape, layout=found if found is strides.UNKNOWN else tuple(change(found)))


def _shaped(input, shape, copies):
    """A view of another shape, or a copy where `copies` and there is no such view."""
    if input._layout is None or input._layout is strides.UNKNOWN:
        return view_of(input, shape, layout=input._layout)
    found = strides.viewed(input._shape, input._layout, shape)
    if found is None and not copies:
        raise RuntimeError("view size is not compatible with input tensor's size and stride. Use .reshape(...) instead.")
    got = view_of(input, shape, layout=found)
    if found is None:
        COST.bytes += got.nbytes  # a copy
    return got


def _given(args, kwargs, name):
    """Sizes as `f(2, 3)`, `f((2, 3))` or by their name."""
    if not args and name not in kwargs:
        raise TypeError(f"missing 1 required positional argument: '{name}'")
    return sizes_of(args or (kwargs[name],))


def infer(sizes, count):
    """Fills in a `-1`."""
    sizes = [int(one) if isinstance(one, bool) else one for one in sizes]
    for one in sizes:
        if not isinstance(one, int):
            raise TypeError(f"a size must be an int, got {type(one).__name__}")
        if one < -1:
            raise RuntimeError(f"invalid shape dimension {one}")
    if sizes.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    if -1 in sizes:
        known = numel(one for one in sizes if one != -1)
        if known == 0 or count % known:
            raise RuntimeError(f"shape '{sizes}' is invalid for input of size {count}")
        sizes[sizes.index(-1)] = count // known
    if numel(sizes) != count:
        raise RuntimeError(f"shape '{sizes}' is invalid for input of size {count}")
    return tuple(sizes)


@both
def reshape(input, *shape, **kwargs):
    shape = _given(shape, kwargs, "shape")
    return _shaped(input, infer(shape, input.numel()), copies=True)


def _as_type(input, of):
    """The same bytes as another element type; the last dimension stretches or shrinks."""
    old, new = input._dtype.itemsize, of.itemsize
    if old == new:
        return view_of(input, input._shape, of, input._layout)
    if not input._shape or input._shape[-1] * old % new:
        raise RuntimeError(f"self.size(-1) must be divisible by {new // old} to view {input._dtype} as {of}")
    return view_of(input, input._shape[:-1] + (input._shape[-1] * old // new,), of)


@method
def view(input, *shape, **kwargs):
    if len(shape) == 1 and isinstance(shape[0], dtypes.dtype):
        return _as_type(input, shape[0])
    return _shaped(input, infer(_given(shape, kwargs, "size"), input.numel()), copies=False)


@method
def view_as(input, other):
    return view(input, other._shape)


METHODS["reshape_as"] = lambda self, other: reshape(self, other._shape)


@both
def flatten(input, start_dim=0, end_dim=-1):
    if not input._shape:
        return view_of(input, (1,))
    start, end = wrap_dim(start_dim, input.ndim), wrap_dim(end_dim, input.ndim)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    return reshape(input, input._shape[:start] + (numel(input._shape[start : end + 1]),) + input._shape[end + 1 :])


FUNCTIONS["ravel"] = METHODS["ravel"] = lambda input: reshape(input, -1)


@both
def unflatten(input, dim, sizes):
    dim = wrap_dim(dim, input.ndim)
    return view(input, input._shape[:dim] + infer(sizes, input._shape[dim]) + input._shape[dim + 1 :])


@both
def squeeze(input, dim=None):
    dims = range(input.ndim) if dim is None else dim if isinstance(dim, (tuple, list)) else (dim,)
    dims = {wrap_dim(one, input.ndim) for one in dims}
    kept = [at for at, one in enumerate(input._shape) if at not in dims or one != 1]
    return with_strides(input, tuple(input._shape[at] for at in kept), lambda found: [found[at] for at in kept])


@both
def unsqueeze(input, dim):
    dim = wrap_dim(dim, input.ndim + 1)
    return with_strides(input, input._shape[:dim] + (1,) + input._shape[dim:], lambda found: (
        *found[:dim], found[dim] * input._shape[dim] if dim < input.ndim else 1, *found[dim:]))


@both
def transpose(input, dim0, dim1):
    order = list(range(input.ndim))
    if order:
        a, b = wrap_dim(dim0, input.ndim), wrap_dim(dim1, input.ndim)
        order[a], order[b] = order[b], order[a]
    return _ordered(input, order)


def _ordered(input, order):
    return with_strides(input, tuple(input._shape[one] for one in order), lambda found: [found[one] for one in order])


for _name in ("swapaxes", "swapdims"):
    FUNCTIONS[_name] = METHODS[_name] = transpose


@both
def permute(input, *dims, **kwargs):
    dims = [wrap_dim(one, input.ndim) for one in _given(dims, kwargs, "dims")]
    if sorted(dims) != list(range(input.ndim)):
        raise RuntimeError("permute(sparse_coo): repeated or missing dims")
    return _ordered(input, dims)


@both
def t(input):
    if input.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return _ordered(input, range(input.ndim)[::-1])


@both
def movedim(input, source, destination):
    source = [wrap_dim(one, input.ndim) for one in ((source,) if isinstance(source, int) else source)]
    target = [wrap_dim(one, input.ndim) for one in ((destination,) if isinstance(destination, int) else destination)]
    rest = iter(one for one in range(input.ndim) if one not in source)
    places = dict(zip(target, source))
    return _ordered(input, [places[at] if at in places else next(rest) for at in range(input.ndim)])


FUNCTIONS["moveaxis"] = METHODS["moveaxis"] = movedim
Tensor.T = property(lambda self: _ordered(self, range(self.ndim)[::-1]))
Tensor.mT = property(lambda self: transpose(self, -2, -1))
Tensor.H = property(lambda self: transpose(self, 0, 1))
Tensor.mH = Tensor.mT
METHODS["adjoint"] = FUNCTIONS["adjoint"] = lambda input: transpose(input, -2, -1)
Tensor.real = Tensor.imag = property(lambda self: FUNCTIONS["real"](self))


@method
def expand(input, *sizes, **kwargs):
    sizes = _given(sizes, kwargs, "size")
    if len(sizes) < input.ndim:
        raise RuntimeError("the number of sizes provided must be greater or equal to the number of dimensions")
    lead = len(sizes) - input.ndim
    padded = (1,) * lead + tuple(input._shape)
    out = []
    for at, (have, want) in enumerate(zip(padded, sizes)):
        if want == -1 and at < len(sizes) - input.ndim:
            raise RuntimeError("The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension")
        if want == -1 or want == have:
            out.append(have)
        elif have == 1 and want >= 0:
            out.append(want)
        else:
            raise RuntimeError(f"The expanded size ({want}) must match the existing size ({have})")
    return with_strides(input, tuple(out), lambda found: (*(_leading(out, found, at, lead) for at in range(lead)), *(
        0 if have != want else stride for have, want, stride in zip(input._shape, out[lead:], found))))


def _leading(out, found, at, lead):
    """The stride of a dimension that `expand` adds in front."""
    if out[at] != 1:
        return 0
    if at + 1 < lead:
        return _leading(out, found, at + 1, lead) * out[at + 1]
    return found[0] * out[lead] if found else 1


METHODS["expand_as"] = lambda self, other: expand(self, other._shape)
METHODS["broadcast_to"] = FUNCTIONS["broadcast_to"] = lambda input, size: expand(input, *size)


@function
def broadcast_tensors(*tensors):
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tensors[0]
    shape = broadcast(*[one._shape for one in tensors])
    return tuple(expand(one, *shape) for one in tensors)


@function
def broadcast_shapes(*shapes):
    return Size(broadcast(*[(one,) if isinstance(one, int) else tuple(one) for one in shapes]))


@method
def repeat(input, *sizes, **kwargs):
    sizes = checked_shape(_given(sizes, kwargs, "repeats"))
    if len(sizes) < input.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    padded = (1,) * (len(sizes) - input.ndim) + tuple(input._shape)
    return dense(result(tuple(a * b for a, b in zip(padded, sizes)), input))


@both
def tile(input, *dims):
    dims = sizes_of(dims)
    return repeat(input, *((1,) * (input.ndim - len(dims)) + tuple(dims)))


@both
def repeat_interleave(input, repeats=None, dim=None, *, output_size=None):
    if not isinstance(repeats, int):
        raise Undecided("repeat_interleave with a tensor of repeats")
    if dim is None:
        return result((input.numel() * repeats,), input)
    return resized(input, dim, lambda size: size * repeats)


def shortened(input, dim, length):
    """A part of one dimension."""
    dim = wrap_dim(dim, input.ndim)
    return with_strides(input, input._shape[:dim] + (length,) + input._shape[dim + 1 :], lambda found: found)


def resized(input, dim, change):
    dim = wrap_dim(dim, input.ndim)
    return result(input._shape[:dim] + (change(input._shape[dim]),) + input._shape[dim + 1 :], input)


@both
def as_strided(input, size, stride, storage_offset=None):
    if len(size) != len(stride):
        raise RuntimeError("mismatch in length of strides and shape")
    got = result(checked_shape(sizes_of((size,))), input)
    got._layout = strides.kept(got._shape, tuple(stride))
    return got


def _at_least(count):
    def operation(*tensors):
        if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
            tensors = tensors[0]
        out = []
        for one in tensors:
            while one.ndim < count:
                one = unsqueeze(one, -1 if one.ndim == 2 else 0)
            out.append(one)
        return out[0] if len(out) == 1 else tuple(out)

    FUNCTIONS[f"atleast_{count}d"] = operation


for _count in (1, 2, 3):
    _at_least(_count)


@both
def narrow(input, dim, start, length):
    size = input._shape[wrap_dim(dim, input.ndim)]
    start = start.__index__()
    start = start + size if start < 0 else start
    if start + length > size or length < 0:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return shortened(input, dim, length)


@both
def select(input, dim, index):
    dim = wrap_dim(dim, input.ndim)
    size = input._shape[dim]
    if not isinstance(index, Tensor) and not -size <= index < size:
        raise IndexError(f"index {index} is out of bounds for dimension {dim} with size {size}")
    return with_strides(input, input._shape[:dim] + input._shape[dim + 1 :], lambda found: (*found[:dim], *found[dim + 1 :]))


@both
def unfold(input, dimension, size, step):
    dim = wrap_dim(dimension, input.ndim)
    if size > input._shape[dim]:
        raise RuntimeError(f"maximum size for tensor at dimension {dim} is {input._shape[dim]} but size is {size}")
    count = (input._shape[dim] - size) // step + 1
    return with_strides(input, input._shape[:dim] + (count,) + input._shape[dim + 1 :] + (size,), lambda found: (
        *found[:dim], found[dim] * step, *found[dim + 1 :], found[dim]))


METHODS["unfold"] = unfold
del FUNCTIONS["unfold"]


@both
def diagonal(input, offset=0, dim1=0, dim2=1):
    a, b = wrap_dim(dim1, input.ndim), wrap_dim(dim2, input.ndim)
    rows, columns = input._shape[a], input._shape[b]
    length = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    return with_strides(input, tuple(s for at, s in enumerate(input._shape) if at not in (a, b)) + (length,), lambda found: (
        *(s for at, s in enumerate(found) if at not in (a, b)), found[a] + found[b]))


@both
def diag(input, diagonal=0, *, out=None):
    if input.ndim == 1:
        side = input._shape[0] + (diagonal if diagonal > 0 else -diagonal)
        return result((side, side), input)
    if input.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    return FUNCTIONS["diagonal"](input, diagonal)


@both
def diagflat(input, offset=0):
    return diag(reshape(input, -1), offset)


@both
def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    side = input._shape[-1] + (offset if offset > 0 else -offset)
    places = {wrap_dim(one, input.ndim + 1) for one in (dim1, dim2)}
    rest = iter(input._shape[:-1])
    return result(tuple(side if at in places else next(rest) for at in range(input.ndim + 1)), input)


@function
def view_as_real(input):
    if not input._dtype.is_complex:
        raise RuntimeError("view_as_real is only supported for complex tensors")
    return alias(input._shape + (2,), input, input._dtype.to_real())


@function
def view_as_complex(input):
    if not input._dtype.is_floating_point or not input._shape or input._shape[-1] != 2:
        raise RuntimeError("view_as_complex needs a floating point tensor whose last dimension has size 2")
    return alias(input._shape[:-1], input, input._dtype.to_complex())


for _name in ("conj_physical", "resolve_conj"):
    FUNCTIONS[_name] = METHODS[_name] = lambda input: view_of(input, input._shape, layout=input._layout)
METHODS["share_memory_"] = METHODS["pin_memory"] = lambda self, *args: self
