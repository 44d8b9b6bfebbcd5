"""A `numpy` of shapes only, for tables that a model is built with: arrays without data over the shape-only torch.

A number is known where Python's own arithmetic gives the very number numpy would: constants, square roots, rounding, products
of integers. The value of anything else is unknown, and asking for it raises `Undecided`.
"""

import builtins as _python
import math as _math
import sys as _sys
import types as _types

import torch as _torch
from torch._shape.registry import FUNCTIONS as _F
from torch._shape.undecided import Undecided as _Undecided
from torch._shape.undecided import missing as _missing

from . import _names
from ._array import TYPES, as_array, dtype, element_type, ndarray, promoted, wrapped

__version__ = "2.4.6"
pi, e, inf, nan, newaxis, euler_gamma = _math.pi, _math.e, _math.inf, _math.nan, None, 0.5772156649015329
globals().update(TYPES)


# Making arrays.


def array(object, dtype=None, *, copy=True, order=None, ndmin=0):
    return as_array(object, dtype)


asarray = ascontiguousarray = array


def _filled(default):
    def make(shape, dtype=default, order=None):
        return wrapped(_torch.zeros(shape, dtype=element_type(dtype or default)))

    return make


zeros, ones, empty = _filled(float), _filled(float), _filled(float)


def full(shape, fill_value, dtype=None, order=None):
    return wrapped(_torch.zeros(shape, dtype=element_type(dtype) if dtype else as_array(fill_value).dtype.torch))


def _like(a, *args, dtype=None, **kwargs):
    a = as_array(a)
    return wrapped(_torch.zeros(a.shape, dtype=element_type(dtype) if dtype else a.dtype.torch))


zeros_like = ones_like = empty_like = full_like = _like


def arange(start, stop=None, step=1, dtype=None):
    start, stop = (start, stop) if stop is not None else (0, start)
    of = _torch.int64 if _python.all(isinstance(one, int) for one in (start, stop, step)) else _torch.float64
    count = _python.max(0, _math.ceil((stop - start) / step))
    return wrapped(_torch.zeros(count, dtype=element_type(dtype) if dtype else of))


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    if retstep or isinstance(start, ndarray):
        raise _Undecided("numpy.linspace of arrays")
    return wrapped(_torch.zeros(num, dtype=element_type(dtype) if dtype else _torch.float64))


logspace = geomspace = linspace


def eye(N, M=None, k=0, dtype=float, order="C"):
    return wrapped(_torch.zeros(N, N if M is None else M, dtype=element_type(dtype)))


identity = eye
tri = eye


# Arithmetic and the like.


def _unary(exact=None, keeps=False):
    """A function of every element; on a plain number `exact` gives numpy's own result."""
    def operation(x, /, out=None, **kwargs):
        if isinstance(x, (int, float)) and exact is not None:
            return float(exact(x))
        x = as_array(x)
        return wrapped(_torch.zeros(x.shape, dtype=x.dtype.torch if keeps or x.dtype.kind in "fc" else _torch.float64))

    return operation


for _name in """sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh exp exp2 expm1 log log2 log10 log1p cbrt
deg2rad rad2deg radians degrees sinc i0""".split():
    globals()[_name] = _unary()
sqrt, floor, ceil, trunc = (_unary(exact) for exact in (_math.sqrt, _math.floor, _math.ceil, _math.trunc))
rint = _unary(_python.round)
abs = absolute = negative = positive = square = sign = real = nan_to_num = _unary(keeps=True)


def _binary(operation):
    return lambda x1, x2, /, out=None, **kwargs: operation(as_array(x1) if not isinstance(x2, ndarray) else x1, x2)


# `maximum` and `minimum` have the shape and the type of a sum.
for _name, _symbol in {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "true_divide": "truediv", "power": "pow", "mod": "mod",
    "remainder": "mod", "floor_divide": "floordiv", "greater": "gt", "greater_equal": "ge", "less": "lt", "less_equal": "le",
    "equal": "eq", "not_equal": "ne", "logical_and": "eq", "logical_or": "eq", "logical_xor": "eq", "matmul": "matmul",
    "maximum": "add", "minimum": "add",
}.items():
    globals()[_name] = _binary(lambda a, b, _symbol=_symbol: as_array(a).combined(_symbol, b))


def prod(a, axis=None, dtype=None, keepdims=False):
    flat = list(a) if isinstance(a, (list, tuple, _torch.Size)) else None
    if axis is None and flat is not None and not [one for one in flat if type(one) is not int]:
        return _math.prod(flat)
    return as_array(a).prod(axis, keepdims=keepdims)


def _reduction(name):
    return lambda a, axis=None, dtype=None, keepdims=False, **kwargs: getattr(as_array(a), name)(axis, keepdims=keepdims)


for _name in "sum mean std var max min amax amin argmax argmin all any cumsum cumprod".split():
    globals()[_name] = _reduction(_name)


def clip(a, a_min=None, a_max=None, **kwargs):
    return as_array(a).copy()


def where(condition, x=None, y=None):
    if x is None:
        raise _Undecided("numpy.where(condition) depends on data")
    return as_array(condition).combined("where", x, y)


# Shapes.


def _of_tensor(function):
    def operation(a, *args, **kwargs):
        return wrapped(function(as_array(a).tensor, *args, **kwargs))

    return operation


reshape = _of_tensor(lambda a, shape: a.reshape(shape))
ravel = _of_tensor(lambda a: a.reshape(-1))
transpose = _of_tensor(lambda a, axes=None: a.permute(*range(a.ndim)[::-1]) if axes is None else a.permute(*axes))
swapaxes = _of_tensor(lambda a, axis1, axis2: a.transpose(axis1, axis2))
expand_dims = _of_tensor(lambda a, axis: a.unsqueeze(axis))
squeeze = _of_tensor(lambda a, axis=None: a.squeeze() if axis is None else a.squeeze(axis))
flip = roll = _of_tensor(lambda a, *args, **kwargs: a.clone())
tile = _of_tensor(lambda a, reps: a.tile(reps))
repeat = _of_tensor(lambda a, repeats, axis=None: a.repeat_interleave(repeats, axis))
broadcast_to = _of_tensor(lambda a, shape: a.broadcast_to(shape))
tril = triu = _of_tensor(lambda m, k=0: m.tril())
diag = _of_tensor(lambda v, k=0: v.diag(k))
outer = lambda a, b: as_array(a).ravel()[:, None] * as_array(b).ravel()[None, :]
dot = lambda a, b: as_array(a).combined("matmul", b)


def concatenate(arrays, axis=0, **kwargs):
    return _joined("cat", arrays, axis)


def stack(arrays, axis=0, **kwargs):
    return _joined("stack", arrays, axis)


def _joined(name, arrays, axis):
    arrays = [as_array(one) for one in arrays]
    of = promoted(*[one.dtype.torch for one in arrays])
    return wrapped(_F[name]([one.tensor.to(of) for one in arrays], axis))


__getattr__ = _missing("numpy", _names.NUMPY)
for _name in ("random", "linalg", "fft", "typing"):
    globals()[_name] = _sys.modules[f"numpy.{_name}"] = _types.ModuleType(f"numpy.{_name}")
    globals()[_name].__getattr__ = _missing(f"numpy.{_name}", None)
typing.NDArray, typing.ArrayLike, typing.DTypeLike = ndarray, object, object  # noqa: F821
