"""Reductions, scans, sorting."""

import math as _math

from . import dtypes, refusals
from .pointwise import floating
from .registry import FUNCTIONS, METHODS, both, function
from .tensor import Tensor, result, wrap_dim
from .undecided import Undecided


class Named(tuple):
    """A named tuple such as `values, indices`."""

    def __new__(cls, **fields):
        self = tuple.__new__(cls, tuple(fields.values()))
        self.__dict__.update(fields)
        return self


def reduced(shape, dim, keepdim):
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return (1,) * len(shape) if keepdim else ()
    several = dim if isinstance(dim, (tuple, list)) else (dim,)
    dims = {wrap_dim(one, len(shape)) for one in several}
    if len(dims) != len(several):
        raise RuntimeError(f"dim {dim} appears multiple times in the list of dims")
    return tuple(1 if at in dims else one for at, one in enumerate(shape) if keepdim or at not in dims)


def _not_of_nothing(input, dim):
    """An extreme has no identity: along an empty dimension there is none."""
    if 0 in input._shape:
        if dim is None or dim == ():
            raise RuntimeError("the reduction of an empty tensor has no identity; specify the dim argument")
        for one in dim if isinstance(dim, (tuple, list)) else (dim,):
            if not input._shape[wrap_dim(one, input.ndim)]:
                raise IndexError(f"Expected reduction dim {one} to have non-zero size")


def _reduction(name, kind):
    def operation(input, dim=None, keepdim=False, *, dtype=None, out=None, axis=None, keepdims=False, **kwargs):
        dim = axis if dim is None else dim
        refusals.check(name, dtype or input._dtype)
        if kind == "float":
            of = dtype or floating(input._dtype)
        elif kind == "bool":
            of = dtypes.uint8 if input._dtype is dtypes.uint8 else dtypes.bool_
        elif kind == "count":
            of = dtypes.int64
        elif kind == "wide":
            of = dtype or (dtypes.int64 if input._dtype._kind in "bui" else input._dtype)
        else:
            of = dtype or input._dtype
            _not_of_nothing(input, dim)
        return result(reduced(input._shape, dim, keepdim or keepdims), input, of)

    operation.__name__ = name
    return both(operation)


for _name, _kind in {"sum": "wide", "nansum": "wide", "mean": "float", "nanmean": "float", "logsumexp": "float",
                     "amax": "same", "amin": "same", "all": "bool", "any": "bool", "count_nonzero": "count"}.items():
    _reduction(_name, _kind)


@both
def prod(input, dim=None, keepdim=False, *, dtype=None):
    of = dtype or (dtypes.int64 if input._dtype._kind in "bui" else input._dtype)
    got = result(reduced(input._shape, dim, keepdim), input, of)
    values = input.known()
    if dim is None and isinstance(values, list) and all(isinstance(one, int) for one in values):
        from .tensor import Known

        got._known = (_math.prod(values), Known())
    return got


def _spread(name):
    # var(dim), var(dim, unbiased, keepdim) and var(unbiased) are all legal.
    def operation(input, dim=None, unbiased=True, keepdim=False, *, correction=1, out=None, axis=None):
        if isinstance(dim, bool):
            dim = None
        refusals.check(name, input._dtype)
        return result(reduced(input._shape, axis if dim is None else dim, keepdim), input, input._dtype.to_real())

    operation.__name__ = name
    return both(operation)


_spread("std")
_spread("var")


def _pair(name):
    def operation(input, *args, **kwargs):
        got = FUNCTIONS[name](input, *args, **kwargs)
        return got, FUNCTIONS["mean"](input, *args, **{k: v for k, v in kwargs.items() if k in ("dim", "keepdim")})

    operation.__name__ = f"{name}_mean"
    FUNCTIONS[operation.__name__] = operation


_pair("std")
_pair("var")


def _extreme(name):
    def operation(input, dim=None, keepdim=False, *, out=None):
        if isinstance(dim, Tensor):
            return FUNCTIONS["maximum"](input, dim)
        refusals.check(name, input._dtype)
        if name in ("max", "min"):
            _not_of_nothing(input, dim)
        if dim is None:
            return result((), input)
        shape = reduced(input._shape, dim, keepdim)
        return Named(values=result(shape, input), indices=result(shape, input, dtypes.int64))

    operation.__name__ = name
    return both(operation)


for _name in ("max", "min", "median", "nanmedian"):
    _extreme(_name)


@both
def mode(input, dim=-1, keepdim=False):
    refusals.check("mode", input._dtype)
    shape = reduced(input._shape, dim, keepdim)
    return Named(values=result(shape, input), indices=result(shape, input, dtypes.int64))


@both
def kthvalue(input, k, dim=-1, keepdim=False):
    refusals.check("kthvalue", input._dtype)
    return mode(input, dim, keepdim)


@both
def aminmax(input, *, dim=None, keepdim=False):
    _not_of_nothing(input, dim)
    shape = reduced(input._shape, dim, keepdim)
    return Named(min=result(shape, input), max=result(shape, input))


def _quantile(name):
    def operation(input, q, dim=None, keepdim=False, *, interpolation="linear", out=None):
        if input._dtype not in (dtypes.float32, dtypes.float64):
            raise RuntimeError(f"{name}() input tensor must be either float or double dtype")
        points = tuple(q._shape) if isinstance(q, Tensor) else ()
        return result(points + tuple(reduced(input._shape, dim, keepdim)), input)

    operation.__name__ = name
    return both(operation)


_quantile("quantile")
_quantile("nanquantile")


@both
def argmax(input, dim=None, keepdim=False):
    refusals.check("argmax", input._dtype)
    _not_of_nothing(input, dim)
    return result(reduced(input._shape, dim, keepdim), input, dtypes.int64)


FUNCTIONS["argmin"] = METHODS["argmin"] = argmax


@both
def argsort(input, dim=-1, descending=False, stable=False):
    refusals.check("argsort", input._dtype)
    wrap_dim(dim, input.ndim)
    return result(input._shape, input, dtypes.int64)


@both
def sort(input, dim=-1, descending=False, stable=False):
    refusals.check("sort", input._dtype)
    wrap_dim(dim, input.ndim)
    return Named(values=result(input._shape, input), indices=result(input._shape, input, dtypes.int64))


@both
def msort(input):
    return sort(input, 0).values


@both
def topk(input, k, dim=-1, largest=True, sorted=True):
    refusals.check("topk", input._dtype)
    dim, k = wrap_dim(dim, input.ndim), k.__index__()
    if input._shape and not 0 <= k <= input._shape[dim]:
        raise RuntimeError("selected index k out of range")
    shape = input._shape[:dim] + (k,) + input._shape[dim + 1 :] if input._shape else ()
    return Named(values=result(shape, input), indices=result(shape, input, dtypes.int64))


def _scan(name):
    def operation(input, dim, *, dtype=None, out=None):
        wrap_dim(dim, input.ndim)
        refusals.check(name, dtype or input._dtype)
        wide = dtypes.int64 if input._dtype._kind in "bui" and name != "logcumsumexp" else input._dtype
        return result(input._shape, input, dtype or wide)

    operation.__name__ = name
    return both(operation)


for _name in ("cumsum", "cumprod", "logcumsumexp"):
    _scan(_name)


@both
def cummax(input, dim):
    refusals.check("cummax", input._dtype)
    wrap_dim(dim, input.ndim)
    return Named(values=result(input._shape, input), indices=result(input._shape, input, dtypes.int64))


FUNCTIONS["cummin"] = METHODS["cummin"] = cummax


@both
def diff(input, n=1, dim=-1, prepend=None, append=None):
    parts = [one for one in (prepend, input, append) if one is not None]
    if len(parts) > 1:
        input = FUNCTIONS["cat"](parts, dim)
    dim = wrap_dim(dim, input.ndim)
    return result(input._shape[:dim] + (max(input._shape[dim] - n, 0),) + input._shape[dim + 1 :], input)


@both
def norm(input, p="fro", dim=None, keepdim=False, out=None, dtype=None):
    refusals.check("norm", input._dtype)
    return result(reduced(input._shape, dim, keepdim), input, dtype or input._dtype.to_real())


@function
def dist(input, other, p=2):
    return norm(FUNCTIONS["sub"](input, other))


def _trapezoid(input, x=None, *, dx=None, dim=-1):
    return result(reduced(input._shape, dim, False), input)


FUNCTIONS["trapezoid"] = FUNCTIONS["trapz"] = _trapezoid


@function
def cumulative_trapezoid(input, x=None, *, dx=None, dim=-1):
    return diff(input, 1, dim)


@both
def softmax(input, dim=None, dtype=None, _stacklevel=3):
    refusals.check("softmax", dtype or input._dtype)
    wrap_dim(-1 if dim is None else dim, input.ndim)
    got = result(input._shape, input, dtype or floating(input._dtype))
    got._layout = None
    return got


FUNCTIONS["log_softmax"] = METHODS["log_softmax"] = softmax


@both
def histc(input, bins=100, min=0, max=0, *, out=None):
    return result((bins,), input)


for _name in ("unique", "unique_consecutive", "nonzero", "masked_select", "bincount", "argwhere"):

    def _refused(*args, _name=_name, **kwargs):
        raise Undecided(f"the shape of torch.{_name} depends on data")

    FUNCTIONS[_name] = METHODS[_name] = _refused
