"""Making tensors: constants, ranges, random numbers. Small constants remember their numbers."""

import math
import struct

from . import dtypes, strides
from .pointwise import wrote
from .registry import FUNCTIONS, METHODS, both, function, method
from .tensor import Known, Tensor, checked_shape, make, nested_shape, result, sizes_of
from .undecided import Undecided

#: Longest constant whose numbers are kept.
MOST_KNOWN = 4096


def _known(tensor, values):
    tensor._known = (values, Known())
    return tensor


def _fresh(shape, dtype=None, device=None, requires_grad=False, default=None):
    if dtype is not None and not isinstance(dtype, dtypes.dtype):
        dtype = dtypes.of_python_type(dtype)
    got = make(checked_shape(sizes_of((shape,) if isinstance(shape, int) else (tuple(shape),))), dtype or default,
               dtypes.place(device))
    if requires_grad:
        got.requires_grad = True
    return got


def _factory(name):
    def create(*size, out=None, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False,
               memory_format=None, generator=None, names=None, **kwargs):
        size = size or (kwargs.pop("size"),)
        if kwargs:
            raise TypeError(f"{name}() got an unexpected keyword argument '{next(iter(kwargs))}'")
        got = _fresh(sizes_of(size), dtype, device, requires_grad)
        if not got._shape and name in ("zeros", "ones"):
            _known(got, (0 if name == "zeros" else 1) if got._dtype._kind != "f" else float(name == "ones"))
        return got

    def create_like(input, *, dtype=None, layout=None, device=None, requires_grad=False, memory_format=None,
                    pin_memory=False, generator=None):
        if name in ("rand", "randn") and not (dtype or input._dtype)._kind in "fc":
            raise NotImplementedError(f"{name}_like is not implemented for {dtype or input._dtype}")
        got = make(input._shape, dtype or input._dtype, dtypes.place(device) or input._device)
        got._layout = None if input._layout is None else strides.preserved(input)
        if requires_grad:
            got.requires_grad = True
        return got

    def create_new(self, *size, dtype=None, device=None, requires_grad=False, **kwargs):
        size = size or (kwargs.pop("size"),)
        return _fresh(sizes_of(size), dtype or self._dtype, device or self._device, requires_grad)

    FUNCTIONS[name] = create
    FUNCTIONS[f"{name}_like"] = create_like
    METHODS[f"new_{name}"] = create_new


for _name in ("zeros", "ones", "empty", "rand", "randn"):
    _factory(_name)
del METHODS["new_rand"], METHODS["new_randn"]


@function
def empty_strided(size, stride, *, dtype=None, device=None, requires_grad=False, **kwargs):
    return _fresh(size, dtype, device, requires_grad)


def _as_known(value, of):
    """The numbers of nested lists with at most one level, rounded as the type would."""
    if isinstance(value, Tensor):
        return value.known()
    if isinstance(value, (list, tuple)):
        if len(value) > MOST_KNOWN:
            return None
        got = [_as_known(one, of) for one in value]
        return None if any(one is None or isinstance(one, list) for one in got) else got
    return rounded(value, of)


def rounded(value, of):
    if of._kind == "b":
        return bool(value)
    if of._kind in "iu":
        return int(value)
    if of is dtypes.float64:
        return float(value)
    if of is dtypes.float32:
        try:
            return struct.unpack("<f", struct.pack("<f", value))[0]
        except OverflowError:
            return math.copysign(math.inf, value)
    return None


def _element_type(data):
    if isinstance(data, Tensor):
        return data._dtype
    if data is None:
        raise RuntimeError("Could not infer dtype of NoneType")
    if isinstance(data, (list, tuple)):
        found = None
        for one in data:
            kind = _element_type(one)
            found = kind if found is None else dtypes.promote_types(found, kind)
        return found or dtypes.default_dtype()
    return dtypes.of_scalar(data)


@function
def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False):
    data = list(data) if isinstance(data, range) else getattr(data, "tensor", data)
    of = dtypes.of_python_type(dtype) if dtype is not None else _element_type(data)
    got = _fresh(nested_shape(data), of, device)
    values = _as_known(data, of)
    if values is not None:
        _known(got, values)
    if requires_grad:
        got.requires_grad = True
    return got


def from_numpy(array):
    return array.tensor


FUNCTIONS["from_numpy"] = from_numpy


def as_tensor(data, dtype=None, device=None):
    data = getattr(data, "tensor", data)  # an array of the shape-only numpy
    if isinstance(data, Tensor):
        return data.to(dtype=dtype or data._dtype, device=device)
    return tensor(data, dtype=dtype, device=device)


FUNCTIONS["as_tensor"] = FUNCTIONS["asarray"] = as_tensor
METHODS["new_tensor"] = lambda self, data, *, dtype=None, device=None, requires_grad=False: tensor(
    data, dtype=dtype or self._dtype, device=device or self._device, requires_grad=requires_grad)


@function
def scalar_tensor(value, *, dtype=None, device=None):
    return tensor(value, dtype=dtype or dtypes.default_dtype(), device=device)


@function
def full(size, fill_value, *, out=None, dtype=None, layout=None, device=None, requires_grad=False):
    of = dtype
    if of is None:
        of = fill_value._dtype if isinstance(fill_value, Tensor) else dtypes.of_scalar(fill_value)
    got = _fresh(size, of, device, requires_grad)
    if not got._shape and not isinstance(fill_value, Tensor):
        _known(got, rounded(fill_value, got._dtype))
    return got


@function
def full_like(input, fill_value, *, dtype=None, device=None, requires_grad=False, memory_format=None, layout=None):
    return _fresh(input._shape, dtype or input._dtype, device or input._device, requires_grad)


METHODS["new_full"] = lambda self, size, fill_value, *, dtype=None, device=None, requires_grad=False: _fresh(
    size, dtype or self._dtype, device or self._device, requires_grad)


def _number(value):
    return value.item() if isinstance(value, Tensor) else value


@function
def arange(start, end=None, step=1, *, out=None, dtype=None, layout=None, device=None, requires_grad=False, **kwargs):
    start, end, step = (_number(one) for one in (start, end, step))
    if end is None:
        start, end = 0, start
    if step == 0 or (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    numbers = (start, end, step)
    whole = all(isinstance(one, int) for one in numbers)
    of = dtype or (dtypes.int64 if whole else dtypes.default_dtype())
    count = -(-(end - start) // step) if whole else math.ceil((end - start) / step)
    got = _fresh((count,), of, device, requires_grad)
    if whole and of._kind in "iu" and count <= MOST_KNOWN:
        _known(got, list(range(start, end, step)))
    return got


@function
def linspace(start, end, steps, *, out=None, dtype=None, layout=None, device=None, requires_grad=False):
    steps = steps.__index__()
    got = _fresh((steps,), dtype, device, requires_grad)
    if got._dtype is dtypes.float32 and 1 <= steps <= MOST_KNOWN and not isinstance(start, Tensor):
        _known(got, _linspace(start, end, steps))
    return got


def _linspace(start, end, steps):
    # torch's CPU kernel in float32: from the start up to the middle, from the end after it.
    f = lambda value: rounded(value, dtypes.float32)
    start, end = f(start), f(end)
    if steps == 1:
        return [start]
    step = f(f(end - start) / (steps - 1))
    half = steps // 2
    return [f(start + step * at) if at < half else f(end - step * (steps - at - 1)) for at in range(steps)]


@function
def range_(start=0, end=None, step=1, *, out=None, dtype=None, device=None, requires_grad=False):
    start, end = (start, end) if end is not None else (0, start)
    return _fresh((math.floor((end - start) / step) + 1,), dtype, device, requires_grad)


@function
def logspace(start, end, steps, base=10.0, *, dtype=None, device=None, requires_grad=False):
    return _fresh((steps,), dtype, device, requires_grad)


@function
def eye(n, m=None, *, out=None, dtype=None, layout=None, device=None, requires_grad=False):
    return _fresh((n, n if m is None else m), dtype, device, requires_grad)


@function
def randint(low=0, high=None, size=None, *, generator=None, out=None, dtype=None, layout=None, device=None,
            requires_grad=False):
    if size is None:
        low, high, size = 0, low, high
    return _fresh(size, dtype or dtypes.int64, device)


@function
def randint_like(input, low, high=None, *, dtype=None, device=None):
    return _fresh(input._shape, dtype or input._dtype, device or input._device)


@function
def randperm(n, *, generator=None, out=None, dtype=dtypes.int64, layout=None, device=None, requires_grad=False,
             pin_memory=False):
    return _fresh((n,), dtype, device)


@function
def normal(mean=0.0, std=1.0, size=None, *, generator=None, out=None, dtype=None, device=None, requires_grad=False):
    if size is not None:
        return _fresh(size, dtype, device, requires_grad)
    from .pointwise import combined

    return combined([one for one in (mean, std) if isinstance(one, Tensor)])


@both
def bernoulli(input, p=None, *, generator=None, out=None):
    return result(input._shape, input, inputs=())


@both
def poisson(input, generator=None):
    return result(input._shape, input)


@both
def multinomial(input, num_samples, replacement=False, *, generator=None, out=None):
    return result(input._shape[:-1] + (num_samples,), input, dtypes.int64)


for _name in ("hann_window", "hamming_window", "blackman_window", "kaiser_window", "bartlett_window"):
    FUNCTIONS[_name] = lambda length, periodic=True, *args, dtype=None, device=None, **kwargs: _fresh(
        (length,), dtype, device)


# Filling in place.

for _name in """zero_ fill_ normal_ uniform_ random_ exponential_ geometric_ cauchy_ log_normal_ bernoulli_
tril_ triu_""".split():
    METHODS[_name] = lambda self, *args, **kwargs: wrote(self, *args)


@method
def fill_diagonal_(self, fill_value, wrap=False):
    if self.ndim < 2 or (self.ndim > 2 and len(set(self._shape)) > 1):
        raise RuntimeError("fill_diagonal_ needs two dimensions, or several of equal length")
    return wrote(self)


METHODS["fill_diagonal_"] = METHODS.pop("fill_diagonal")


def _copy(self, source, non_blocking=False):
    from .tensor import broadcast

    if broadcast(self._shape, source._shape) != self._shape:
        raise RuntimeError(f"The size of tensor a {list(self._shape)} must match the size of tensor b {list(source._shape)}")
    return wrote(self, source)


METHODS["copy_"] = _copy


def _reshaping(name):
    def write(self, *args):
        got = METHODS[name](self, *args)
        self._shape, self._layout = got._shape, got._layout
        return self

    METHODS[f"{name}_"] = write


for _name in ("unsqueeze", "squeeze", "transpose", "t"):
    _reshaping(_name)


def _refused(name):
    def refuse(self, *args, **kwargs):
        raise Undecided(f"Tensor.{name}")

    METHODS[name] = refuse


for _name in ("resize_", "set_", "resize_as_"):
    _refused(_name)
