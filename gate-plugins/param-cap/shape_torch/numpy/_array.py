"""The array: a shape-only tensor with numpy's element types and numpy's promotion."""

import torch
from torch._shape import dtypes
from torch._shape.registry import FUNCTIONS
from torch._shape.tensor import Tensor
from torch._shape.undecided import Undecided

#: {numpy's name: torch's}.
_KINDS = {**{name: name for name in """bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64
             complex128""".split()},
          "int": "int64", "float": "float64", "complex": "complex128", "intp": "int64", "bool_": "bool", "double": "float64",
          "single": "float32", "half": "float16"}


class dtype:
    """An element type under numpy's name."""

    def __init__(self, of):
        self.torch = of if isinstance(of, dtypes.dtype) else element_type(of)
        self.name = self.torch._name
        self.kind, self.itemsize = self.torch._kind, self.torch.itemsize

    def __eq__(self, other):
        try:
            return self.torch is element_type(other)
        except TypeError:
            return False

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"dtype('{self.name}')"

    __str__ = lambda self: self.name


class _Scalar(type):
    """A numpy scalar type: names an element type, and makes a number of a number."""

    def __call__(cls, value=0):
        if isinstance(value, (bool, int, float)):
            exact = bool if cls._of == "bool" else int if "int" in cls._of else float
            if cls._of in ("bool", "int64", "float64"):
                return exact(value)
        return as_array(value, cls._of)


TYPES = {name: _Scalar(name, (), {"_of": of, "__module__": "numpy"}) for name, of in _KINDS.items()
         if name not in ("int", "float", "complex")}
for _name, _types in {"floating": "float16 float32 float64", "integer": "int8 int16 int32 int64 uint8"}.items():
    TYPES[_name] = type(_name, (), {"__module__": "numpy"})


def element_type(value):
    """torch's element type for whatever numpy takes as a dtype."""
    if isinstance(value, dtype):
        return value.torch
    if isinstance(value, _Scalar):
        return dtypes.NAMES[value._of]
    if value in (bool, int, float, complex):
        return {bool: dtypes.bool_, int: dtypes.int64, float: dtypes.float64, complex: dtypes.complex128}[value]
    if isinstance(value, str) and value in _KINDS:
        return dtypes.NAMES[_KINDS[value]]
    raise TypeError(f"Cannot interpret {value!r} as a data type")


def _promoted(a, b):
    if a is b:
        return a
    kinds = {a._kind, b._kind}
    if kinds & set("fc") and kinds & set("ui"):
        whole, real = (a, b) if a._kind in "ui" else (b, a)
        floor = {1: dtypes.float16, 2: dtypes.float32}.get(whole.itemsize, dtypes.float64)
        return dtypes.promote_types(real, floor)
    return dtypes.promote_types(a, b)


def promoted(*types):
    out = types[0]
    for one in types[1:]:
        out = _promoted(out, one)
    return out


def wrapped(tensor):
    got = object.__new__(ndarray)
    got.tensor = tensor
    return got


def as_array(value, of=None):
    if isinstance(value, ndarray):
        tensor = value.tensor
    elif isinstance(value, Tensor):
        tensor = value
    elif isinstance(value, (list, tuple)) and any(isinstance(one, ndarray) for one in value):
        parts = [as_array(one) for one in value]
        common = promoted(*[one.dtype.torch for one in parts])
        tensor = FUNCTIONS["stack"]([one.tensor.to(common) for one in parts])
    else:
        tensor = torch.tensor(list(value) if isinstance(value, range) else value)
        if tensor.dtype in (torch.float32, torch.complex64):
            tensor = tensor.to(torch.float64 if tensor.dtype is torch.float32 else torch.complex128)
    return wrapped(tensor if of is None else tensor.to(element_type(of)))


class ndarray:
    """An array without data."""

    def __init__(self, *args, **kwargs):
        raise Undecided("numpy.ndarray()")

    def __class_getitem__(cls, item):
        return cls

    shape = property(lambda self: tuple(self.tensor.shape))
    ndim = property(lambda self: self.tensor.ndim)
    size = property(lambda self: self.tensor.numel())
    dtype = property(lambda self: dtype(self.tensor.dtype))
    T = property(lambda self: wrapped(self.tensor.permute(*range(self.ndim)[::-1])))

    def __len__(self):
        return len(self.tensor)

    def __iter__(self):
        return iter([self[at] for at in range(len(self))])

    def __getitem__(self, index):
        return wrapped(self.tensor[_index(index, self.shape)])

    def __setitem__(self, index, value):
        self.tensor[_index(index, self.shape)] = value.tensor if isinstance(value, ndarray) else value

    def astype(self, of, **kwargs):
        return wrapped(self.tensor.to(element_type(of), copy=True))

    def copy(self):
        return wrapped(self.tensor.clone())

    def reshape(self, *shape, **kwargs):
        return wrapped(_checked(self.tensor.reshape, *shape))

    def ravel(self):
        return wrapped(self.tensor.reshape(-1))

    flatten = ravel

    def transpose(self, *axes):
        return wrapped(self.tensor.permute(*axes)) if axes else self.T

    def repeat(self, repeats, axis=None):
        return wrapped(self.tensor.repeat_interleave(repeats, axis))

    def item(self):
        raise Undecided("the value of a numpy array decides what happens")

    __bool__ = __int__ = __float__ = __index__ = tolist = item

    def __getattr__(self, name):
        raise Undecided(f"numpy.ndarray.{name} is not imitated")

    def combined(self, symbol, other, third=None):
        """The result of an operation of this array with another, or with a plain number, which does not widen the type."""
        operands = (other, third) if symbol == "where" else (self, other)
        arrays = [as_array(one).tensor for one in operands if not _plain(one)] or [as_array(one).tensor for one in operands]
        of = promoted(*[one.dtype for one in arrays])
        for one in operands:
            number = as_array(one).dtype.torch
            if _plain(one) and not dtypes.can_cast(number, of):
                of = number
        tensors = [self.tensor, *arrays]
        if symbol in ("eq", "ne", "lt", "le", "gt", "ge"):
            of = dtypes.bool_
        elif symbol == "truediv" and of._kind in "bui":
            of = dtypes.float64
        if symbol == "matmul":
            return wrapped(_checked(FUNCTIONS["matmul"], *[one.to(of) for one in arrays]))
        return wrapped(torch.zeros(_checked(torch.broadcast_shapes, *[one.shape for one in tensors]), dtype=of))


def _checked(function, *args):
    """Shapes that do not fit are a ValueError in numpy."""
    try:
        return function(*args)
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def _plain(value):
    return isinstance(value, (bool, int, float, complex))


def _index(index, shape):
    """The index with tensors for arrays; backward slices keep their length."""
    several = index if isinstance(index, tuple) else (index,)
    out = []
    for at, one in enumerate(several):
        if isinstance(one, ndarray):
            one = one.tensor
        elif isinstance(one, slice) and one.step is not None and one.step < 0:
            if any(other is None or other is Ellipsis for other in several):
                raise Undecided("a backward slice beside None or Ellipsis")
            one = slice(0, len(range(shape[at])[one]))
        out.append(one)
    return tuple(out) if isinstance(index, tuple) else out[0]


def _operator(symbol):
    def forward(self, other):
        return NotImplemented if isinstance(other, Tensor) else self.combined(symbol, other)

    return forward


for _symbol in "add sub mul truediv pow mod floordiv matmul and or xor".split():
    for _prefix in ("__", "__r", "__i"):
        setattr(ndarray, f"{_prefix}{_symbol}__", _operator(_symbol))
for _symbol in "eq ne lt le gt ge".split():
    setattr(ndarray, f"__{_symbol}__", _operator(_symbol))
ndarray.__hash__ = None
ndarray.__neg__ = ndarray.__abs__ = ndarray.__invert__ = ndarray.copy


def _reducing(name):
    def reduce(self, axis=None, dtype=None, keepdims=False, **kwargs):
        tensor = self.tensor
        if name in ("mean", "std", "var") and tensor.dtype._kind in "bui":
            tensor = tensor.to(torch.float64)
        if name in ("cumsum", "cumprod"):
            return wrapped(getattr(tensor if axis is not None else tensor.reshape(-1), name)(axis or 0))
        short = {"max": "amax", "min": "amin"}.get(name, name)
        if axis is None:
            axis, tensor = (0, tensor.reshape(-1)) if not keepdims else (tuple(range(tensor.ndim)), tensor)
        return wrapped(getattr(tensor, short)(axis, keepdim=keepdims))

    return reduce


for _name in "sum mean std var prod max min amax amin argmax argmin all any cumsum cumprod".split():
    setattr(ndarray, _name, _reducing(_name))
