"""Other shapes of the same elements, and indexing."""

from . import dtypes
from .dtypes import Size, numel
from .pointwise import wrote
from .registry import FUNCTIONS, METHODS, both, function, method
from .tensor import Tensor, alias, broadcast, checked_shape, result, sizes_of, wrap_dim
from .undecided import Undecided


def view_of(input, shape, of=None):
    got = alias(shape, input, of)
    if input._known is not None and tuple(shape) == tuple(input._shape):
        got._known = input._known
    return got


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
    shape = sizes_of(shape or (kwargs["shape"],))
    return view_of(input, infer(shape, input.numel()))


@method
def view(input, *shape, **kwargs):
    if len(shape) == 1 and isinstance(shape[0], dtypes.dtype):
        if shape[0].itemsize != input._dtype.itemsize:
            raise Undecided("Tensor.view(dtype) of another width")
        return view_of(input, input._shape, shape[0])
    return reshape(input, *shape, **({"shape": kwargs["size"]} if "size" in kwargs else {}))


@method
def view_as(input, other):
    return reshape(input, other._shape)


METHODS["reshape_as"] = view_as


@both
def flatten(input, start_dim=0, end_dim=-1):
    if not input._shape:
        return view_of(input, (1,))
    start, end = wrap_dim(start_dim, input.ndim), wrap_dim(end_dim, input.ndim)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    return view_of(input, input._shape[:start] + (numel(input._shape[start : end + 1]),) + input._shape[end + 1 :])


FUNCTIONS["ravel"] = METHODS["ravel"] = lambda input: reshape(input, -1)


@both
def unflatten(input, dim, sizes):
    dim = wrap_dim(dim, input.ndim)
    return view_of(input, input._shape[:dim] + infer(sizes, input._shape[dim]) + input._shape[dim + 1 :])


@both
def squeeze(input, dim=None):
    if dim is None:
        return view_of(input, tuple(one for one in input._shape if one != 1))
    dims = {wrap_dim(one, input.ndim) for one in (dim if isinstance(dim, (tuple, list)) else (dim,))}
    return view_of(input, tuple(one for at, one in enumerate(input._shape) if at not in dims or one != 1))


@both
def unsqueeze(input, dim):
    dim = wrap_dim(dim, input.ndim + 1)
    return view_of(input, input._shape[:dim] + (1,) + input._shape[dim:])


@both
def transpose(input, dim0, dim1):
    order = list(range(input.ndim))
    if order:
        a, b = wrap_dim(dim0, input.ndim), wrap_dim(dim1, input.ndim)
        order[a], order[b] = order[b], order[a]
    return view_of(input, tuple(input._shape[one] for one in order))


for _name in ("swapaxes", "swapdims"):
    FUNCTIONS[_name] = METHODS[_name] = transpose


@both
def permute(input, *dims, **kwargs):
    dims = [wrap_dim(one, input.ndim) for one in sizes_of(dims or (kwargs["dims"],))]
    if sorted(dims) != list(range(input.ndim)):
        raise RuntimeError("permute(sparse_coo): repeated or missing dims")
    return view_of(input, tuple(input._shape[one] for one in dims))


@both
def t(input):
    if input.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return view_of(input, input._shape[::-1])


@both
def movedim(input, source, destination):
    source = [wrap_dim(one, input.ndim) for one in ((source,) if isinstance(source, int) else source)]
    target = [wrap_dim(one, input.ndim) for one in ((destination,) if isinstance(destination, int) else destination)]
    rest = iter(one for one in range(input.ndim) if one not in source)
    places = dict(zip(target, source))
    return view_of(input, tuple(input._shape[places[at] if at in places else next(rest)] for at in range(input.ndim)))


FUNCTIONS["moveaxis"] = METHODS["moveaxis"] = movedim
Tensor.T = property(lambda self: view_of(self, self._shape[::-1]))
Tensor.mT = property(lambda self: transpose(self, -2, -1))
Tensor.H = property(lambda self: transpose(self, 0, 1))
Tensor.real = Tensor.imag = property(lambda self: FUNCTIONS["real"](self))


@method
def expand(input, *sizes, **kwargs):
    sizes = sizes_of(sizes or (kwargs["size"],))
    if len(sizes) < input.ndim:
        raise RuntimeError("the number of sizes provided must be greater or equal to the number of dimensions")
    padded = (1,) * (len(sizes) - input.ndim) + tuple(input._shape)
    out = []
    for have, want in zip(padded, sizes):
        if want == -1 or want == have:
            out.append(have)
        elif have == 1 and want >= 0:
            out.append(want)
        else:
            raise RuntimeError(f"The expanded size ({want}) must match the existing size ({have})")
    return view_of(input, tuple(out))


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
    sizes = checked_shape(sizes_of(sizes or (kwargs["repeats"],)))
    if len(sizes) < input.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    padded = (1,) * (len(sizes) - input.ndim) + tuple(input._shape)
    return result(tuple(a * b for a, b in zip(padded, sizes)), input)


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


def resized(input, dim, change, create=result):
    dim = wrap_dim(dim, input.ndim)
    return create(input._shape[:dim] + (change(input._shape[dim]),) + input._shape[dim + 1 :], input)


@both
def narrow(input, dim, start, length):
    size = input._shape[wrap_dim(dim, input.ndim)]
    start = start.__index__()
    start = start + size if start < 0 else start
    if start + length > size or length < 0:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return resized(input, dim, lambda _: length, alias)


@both
def select(input, dim, index):
    dim = wrap_dim(dim, input.ndim)
    size = input._shape[dim]
    if not isinstance(index, Tensor) and not -size <= index < size:
        raise IndexError(f"index {index} is out of bounds for dimension {dim} with size {size}")
    return alias(input._shape[:dim] + input._shape[dim + 1 :], input)


@both
def unfold(input, dimension, size, step):
    dim = wrap_dim(dimension, input.ndim)
    count = (input._shape[dim] - size) // step + 1
    return alias(input._shape[:dim] + (count,) + input._shape[dim + 1 :] + (size,), input)


METHODS["unfold"] = unfold
del FUNCTIONS["unfold"]


@both
def diagonal(input, offset=0, dim1=0, dim2=1):
    a, b = wrap_dim(dim1, input.ndim), wrap_dim(dim2, input.ndim)
    rows, columns = input._shape[a], input._shape[b]
    length = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    return view_of(input, tuple(s for at, s in enumerate(input._shape) if at not in (a, b)) + (length,))


@both
def diag(input, diagonal=0, *, out=None):
    if input.ndim == 1:
        side = input._shape[0] + (diagonal if diagonal > 0 else -diagonal)
        return result((side, side), input)
    return FUNCTIONS["diagonal"](input, diagonal)


@both
def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    if (dim1, dim2) != (-2, -1):
        raise Undecided("diag_embed with other dims")
    side = input._shape[-1] + (offset if offset > 0 else -offset)
    return result(input._shape[:-1] + (side, side), input)


@method
def to(input, *args, **kwargs):
    of, where = kwargs.get("dtype"), kwargs.get("device")
    for one in args:
        if isinstance(one, dtypes.dtype):
            of = one
        elif isinstance(one, Tensor):
            of, where = one._dtype, one._device
        elif isinstance(one, (str, dtypes.device)) or (isinstance(one, int) and not isinstance(one, bool)):
            where = one
    of = input._dtype if of is None else of
    device = input._device if where is None else dtypes.as_device(where)
    if of is input._dtype and device == input._device and not kwargs.get("copy"):
        return input
    got = result(input._shape, input, of)
    got._device = device
    return got


def _cast(name):
    return lambda self, *args, **kwargs: to(self, dtypes.NAMES[name])


for _name in ("float", "double", "half", "bfloat16", "long", "int", "short", "bool", "cfloat", "cdouble"):
    METHODS[_name] = _cast(_name)
METHODS["char"], METHODS["byte"] = _cast("int8"), _cast("uint8")
METHODS["cpu"] = lambda self, *args, **kwargs: to(self, "cpu")
METHODS["cuda"] = lambda self, device="cuda", *args, **kwargs: to(self, "cuda" if device is None else device)


@method
def type_(input, dtype=None, non_blocking=False):
    if isinstance(dtype, dtypes.dtype):
        return to(input, dtype)
    raise Undecided("Tensor.type() with a name")


FUNCTIONS["view_as_real"] = lambda input: alias(input._shape + (2,), input, input._dtype.to_real())
FUNCTIONS["view_as_complex"] = lambda input: alias(input._shape[:-1], input, input._dtype.to_complex())
FUNCTIONS["conj_physical"] = METHODS["conj_physical"] = METHODS["resolve_conj"] = lambda input: view_of(input, input._shape)
METHODS["share_memory_"] = METHODS["pin_memory"] = lambda self, *args: self


# Indexing.


def _expanded(index, ndim):
    """The index as a list without Ellipsis that names every dimension."""
    index = list(index) if isinstance(index, tuple) else [index]
    used = 0
    for one in index:
        if one is None or one is Ellipsis or isinstance(one, bool):
            continue
        used += one.ndim if isinstance(one, Tensor) and one._dtype in (dtypes.bool_, dtypes.uint8) else 1
    if used > ndim:
        raise IndexError(f"too many indices for tensor of dimension {ndim}")
    fill = [slice(None)] * (ndim - used)
    places = [at for at, one in enumerate(index) if one is Ellipsis]
    if not places:
        return index + fill
    if len(places) > 1:
        fill_at = places[0]
        return index[:fill_at] + fill + [one for one in index[fill_at + 1 :] if one is not Ellipsis]
    return index[: places[0]] + fill + index[places[0] + 1 :]


def indexed_shape(shape, index):
    """The shape of `tensor[index]`, or Undecided when it depends on data."""
    dims, advanced, at = [], [], 0
    for one in _expanded(index, len(shape)):
        if one is None:
            dims.append(1)
            continue
        if isinstance(one, bool):
            raise Undecided("indexing with True or False")
        if isinstance(one, slice):
            start, stop, step = (x.__index__() if x is not None else None for x in (one.start, one.stop, one.step))
            if step is not None and step <= 0:
                raise ValueError("step must be greater than zero")
            dims.append(len(range(*slice(start, stop, step).indices(shape[at]))))
        elif isinstance(one, int) or (isinstance(one, Tensor) and not one._shape and one._dtype._kind in "iu"):
            value = one if isinstance(one, int) else one.known()
            if value is not None and not -shape[at] <= value < shape[at]:
                raise IndexError(f"index {value} is out of bounds for dimension {at} with size {shape[at]}")
        else:
            if isinstance(one, Tensor):
                if one._dtype in (dtypes.bool_, dtypes.uint8):
                    raise Undecided("indexing with a mask gives a shape that depends on data")
                if one._dtype._kind not in "iu":
                    raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
                picked = one._shape
            elif isinstance(one, (list, range, tuple)):
                picked = _list_shape(one)
            else:
                raise Undecided(f"indexing with {one.__class__.__name__}")
            advanced.append((len(dims), picked))
            dims.append(None)
        at += 1
    if not advanced:
        return tuple(dims)
    common = broadcast(*[picked for _, picked in advanced])
    places = [place for place, _ in advanced]
    kept = [one for one in dims if one is not None]
    first = places[0] if places == list(range(places[0], places[0] + len(places))) else 0
    return (*kept[:first], *common, *kept[first:])


def _list_shape(index):
    from .tensor import nested_shape

    flat = index
    while isinstance(flat, (list, tuple)) and flat:
        flat = flat[0]
    if isinstance(flat, bool):
        raise Undecided("indexing with a list of bools")
    return nested_shape(list(index) if isinstance(index, range) else index)


def _getitem(self, index):
    copied = any(isinstance(one, (Tensor, list)) for one in (index if isinstance(index, tuple) else (index,)))
    got = (result if copied else alias)(indexed_shape(self._shape, index), self)
    values = self.known()
    if isinstance(values, list) and isinstance(index, (int, slice)) and not isinstance(index, bool):
        got._known = (values[index], self._known[1])
    return got


def _setitem(self, index, value):
    if isinstance(index, (int, slice)) or (isinstance(index, tuple) and not any(isinstance(x, (Tensor, list)) for x in index)):
        indexed_shape(self._shape, index)
    wrote(self, value)


Tensor.__getitem__, Tensor.__setitem__ = _getitem, _setitem
