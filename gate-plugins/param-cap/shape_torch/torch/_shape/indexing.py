"""Indexing: `tensor[index]` and writing through it."""

from . import dtypes, strides
from .cost import COST
from .pointwise import wrote
from .tensor import Tensor, broadcast, nested_shape
from .undecided import Undecided
from .views import view_of

def _nested(index):
    """A list of lists stands for a tuple, as it once did in numpy."""
    return isinstance(index, list) and any(isinstance(one, (list, tuple, slice, Tensor)) or one in (None, Ellipsis)
                                           for one in index if not isinstance(one, (int, float)))


def _expanded(index, ndim):
    """The index as a list without Ellipsis that names every dimension."""
    index = list(index) if isinstance(index, tuple) or _nested(index) else [index]
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
            elif isinstance(one, str):
                raise TypeError("new(): invalid data type 'str'")
            elif isinstance(one, float):
                raise IndexError("only integers, slices, ellipsis, None and long or byte tensors are valid indices")
            else:
                raise Undecided(f"indexing with {one.__class__.__name__}")
            advanced.append((len(dims), picked))
            dims.append(None)
        at += 1
    if not advanced:
        return tuple(dims)
    try:
        common = broadcast(*[picked for _, picked in advanced])
    except RuntimeError as error:
        raise IndexError("shape mismatch: indexing tensors could not be broadcast together") from error
    places = [place for place, _ in advanced]
    kept = [one for one in dims if one is not None]
    first = places[0] if places == list(range(places[0], places[0] + len(places))) else 0
    return (*kept[:first], *common, *kept[first:])


def _list_shape(index):
    flat = index
    while isinstance(flat, (list, tuple)) and flat:
        flat = flat[0]
    if isinstance(flat, bool):
        raise Undecided("indexing with a list of bools")
    return nested_shape(list(index) if isinstance(index, range) else index)


def _strided(input, index):
    """The strides of `input[index]`, where the index is of numbers, slices, None and Ellipsis."""
    found = strides.of(input)
    if found is strides.UNKNOWN:
        return found
    out, at = [], 0
    for one in _expanded(index, input.ndim):
        if one is None:
            out.append(found[at] * input._shape[at] if at < len(found) else 1)
            continue
        if isinstance(one, slice):
            out.append(found[at] * (1 if one.step is None else one.step.__index__()))
        elif isinstance(one, list) or isinstance(one, Tensor) and one._shape or not hasattr(one, "__index__"):
            return strides.UNKNOWN
        at += 1
    return tuple(out)


def _getitem(self, index):
    shape = indexed_shape(self._shape, index)
    got = view_of(self, shape, layout=_strided(self, index))
    if any(isinstance(one, (Tensor, list)) for one in (index if isinstance(index, tuple) else (index,))):
        COST.bytes += got.nbytes  # a copy
    got._known = None
    values = self.known()
    if isinstance(values, list) and isinstance(index, (int, slice)) and not isinstance(index, bool):
        got._known = (values[index], self._known[1])
    return got


def _setitem(self, index, value):
    if not _has_mask(index):
        target = indexed_shape(self._shape, index)
        if isinstance(value, Tensor):
            # Leading dimensions of size 1 may be too many.
            source = list(value._shape)
            while len(source) > len(target) and source[0] == 1:
                del source[0]
            if broadcast(target, source) != target:
                raise RuntimeError(f"shape mismatch: value tensor of shape {list(value._shape)} cannot be broadcast to "
                                   f"indexing result of shape {list(target)}")
    wrote(self, value)


def _has_mask(index):
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(one, Tensor) and one._dtype in (dtypes.bool_, dtypes.uint8) for one in parts)


Tensor.__getitem__, Tensor.__setitem__ = _getitem, _setitem
