"""Element types, their promotion, devices and sizes."""

import math

from .undecided import Undecided


class dtype:
    """An element type. Compared by identity, like torch's."""

    def __init__(self, name, kind, itemsize):
        self._name = name
        self._kind = kind  # b(ool), u(nsigned), i(nteger), f(loat), c(omplex)
        self.itemsize = itemsize
        self.is_floating_point = kind == "f"
        self.is_complex = kind == "c"
        self.is_signed = kind not in "bu"

    def __repr__(self):
        return f"torch.{self._name}"

    def __reduce__(self):
        return self._name

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def to_complex(self):
        return {2: complex32, 4: complex64, 8: complex128}[self.itemsize] if self._kind == "f" else self

    def to_real(self):
        return {4: float16, 8: float32, 16: float64}[self.itemsize] if self._kind == "c" else self


bool_ = dtype("bool", "b", 1)
uint8 = dtype("uint8", "u", 1)
uint16 = dtype("uint16", "u", 2)
uint32 = dtype("uint32", "u", 4)
uint64 = dtype("uint64", "u", 8)
int8 = dtype("int8", "i", 1)
int16 = dtype("int16", "i", 2)
int32 = dtype("int32", "i", 4)
int64 = dtype("int64", "i", 8)
float16 = dtype("float16", "f", 2)
bfloat16 = dtype("bfloat16", "f", 2)
float8_e4m3fn = dtype("float8_e4m3fn", "f", 1)
float8_e5m2 = dtype("float8_e5m2", "f", 1)
float32 = dtype("float32", "f", 4)
float64 = dtype("float64", "f", 8)
complex32 = dtype("complex32", "c", 4)
complex64 = dtype("complex64", "c", 8)
complex128 = dtype("complex128", "c", 16)

NAMES = {
    "bool": bool_, "uint8": uint8, "uint16": uint16, "uint32": uint32, "uint64": uint64,
    "int8": int8, "int16": int16, "short": int16, "int32": int32, "int": int32, "int64": int64, "long": int64,
    "float16": float16, "half": float16, "bfloat16": bfloat16, "float32": float32, "float": float32,
    "float64": float64, "double": float64, "float8_e4m3fn": float8_e4m3fn, "float8_e5m2": float8_e5m2,
    "complex32": complex32, "complex64": complex64, "cfloat": complex64, "complex128": complex128,
    "cdouble": complex128,
}

_default = [float32]


def default_dtype():
    return _default[0]


def set_default_dtype(new):
    if not isinstance(new, dtype):
        raise TypeError(f"invalid dtype object: {new!r}")
    _default[0] = new


def of_python_type(kind):
    """The element type that `int`, `float`, `bool` or `complex` stands for as an argument."""
    return {int: int64, float: float64, bool: bool_, complex: complex128}.get(kind, kind)


def of_scalar(value):
    """The element type of a Python number in an operation with tensors."""
    if isinstance(value, bool):
        return bool_
    if isinstance(value, int):
        return int64
    if isinstance(value, float):
        return default_dtype()
    if isinstance(value, complex):
        return default_dtype().to_complex()
    raise TypeError(f"expected a tensor or a number, got {type(value).__name__}")


def _category(t):
    return {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}[t._kind]


def promote_types(a, b):
    """The element type both fit in (torch.promote_types)."""
    if a is b:
        return a
    ca, cb = _category(a), _category(b)
    if ca != cb:
        high, low = (a, b) if ca > cb else (b, a)
        if high._kind == "c" and low._kind == "f":
            real = promote_types(high.to_real(), low)
            return real.to_complex()
        return high
    if a._kind == b._kind:
        if a.itemsize != b.itemsize:
            return a if a.itemsize > b.itemsize else b
        if a.itemsize == 1:
            raise RuntimeError("promotion for float8 types is not supported")
        return float32  # half with bfloat16
    unsigned, signed = (a, b) if a._kind == "u" else (b, a)
    if unsigned is not uint8:
        raise Undecided("promotion of wide unsigned integers")
    return int16 if signed is int8 else signed


def can_cast(source, target):
    """Whether a result may be written into a tensor of another type (torch.can_cast)."""
    return _category(source) <= _category(target)


def _combine(higher, lower):
    # c10's combine_categories: a lower priority operand changes only the category, not the width.
    if higher is None or lower is None:
        return higher or lower
    if higher.is_complex:
        return higher
    if higher.is_floating_point:
        return higher.to_complex() if lower.is_complex else higher
    if higher is bool_ or lower.is_floating_point or lower.is_complex:
        return promote_types(higher, lower)
    return higher


class finfo:
    """Limits of a floating point type."""

    _TABLE = {
        "float16": (65504.0, 0.0009765625, 6.103515625e-05, 0.001),
        "bfloat16": (3.3895313892515355e38, 0.0078125, 1.1754943508222875e-38, 0.01),
        "float32": (3.4028234663852886e38, 1.1920928955078125e-07, 1.1754943508222875e-38, 1e-06),
        "float64": (1.7976931348623157e308, 2.220446049250313e-16, 2.2250738585072014e-308, 1e-15),
        "float8_e4m3fn": (448.0, 0.125, 0.015625, 1.0),
        "float8_e5m2": (57344.0, 0.25, 6.103515625e-05, 1.0),
    }

    def __init__(self, type=None):
        type = (type or default_dtype()).to_real()
        if not type.is_floating_point:
            raise TypeError(f"torch.finfo() requires a floating point input type, got {type}")
        self.max, self.eps, self.tiny, self.resolution = self._TABLE[type._name]
        self.min = -self.max
        self.smallest_normal = self.tiny
        self.bits = type.itemsize * 8
        self.dtype = type._name


class iinfo:
    """Limits of an integer type."""

    def __init__(self, type):
        if type._kind not in "iu":
            raise TypeError(f"torch.iinfo() requires an integer input type, got {type}")
        self.bits = type.itemsize * 8
        signed = type._kind == "i"
        self.max = 2 ** (self.bits - signed) - 1
        self.min = -(2 ** (self.bits - 1)) if signed else 0
        self.dtype = type._name


class device:
    """Where a tensor would lie."""

    def __init__(self, type="cpu", index=None):
        if isinstance(type, device):
            type, index = type.type, type.index
        elif isinstance(type, int):
            type, index = "cuda", type
        elif ":" in type:
            type, _, number = type.partition(":")
            index = int(number)
        self.type = type
        self.index = index

    def __repr__(self):
        return f"device(type='{self.type}'" + (f", index={self.index})" if self.index is not None else ")")

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other):
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self):
        return hash((self.type, self.index))

    def __enter__(self):
        _default_devices.append(self)
        return self

    def __exit__(self, *exc):
        _default_devices.pop()
        return False


CPU = device("cpu")
#: Where new tensors lie; `with device:` adds one.
_default_devices = [CPU]


def default_device():
    return _default_devices[-1]


def set_default_device(new):
    _default_devices[:] = [place(new) or CPU]


def as_device(value):
    return value if isinstance(value, device) else device(value)


def place(value):
    """A device that a tensor may lie on, or None; there is no GPU in the gate, nor in preflight."""
    if value is None:
        return None
    got = as_device(value)
    if got.type not in ("cpu", "meta"):
        raise Undecided(f"a tensor on {got} needs a GPU")
    return got


class Size(tuple):
    """A shape as a bundle sees it; the operations compute with plain tuples."""

    __slots__ = ()

    def numel(self):
        return numel(self)

    def __getitem__(self, index):
        got = tuple.__getitem__(self, index)
        return Size(got) if isinstance(index, slice) else got

    def __add__(self, other):
        return Size(tuple.__add__(self, tuple(other)))

    def __repr__(self):
        return f"torch.Size({list(self)})"


numel = math.prod


class layout:
    """A memory layout's name."""

    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return f"torch.{self._name}"


class memory_format(layout):
    """A memory format's name."""


CONTIGUOUS_FORMAT = memory_format("contiguous_format")
