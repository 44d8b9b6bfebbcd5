"""The tensor: shape, element type, device, and for small constants the numbers themselves."""

from math import prod

from . import dtypes
from .cost import COST
from .dtypes import Size
from .hooks import RemovableHandle, on_registered, registered  # noqa: F401
from .shapes import broadcast, checked_shape, wrap_dim  # noqa: F401
from .undecided import Undecided

#: Names of real `torch.Tensor` attributes; filled in by `torch/__init__.py`.
REAL_NAMES = frozenset()

#: Grad mode and the like, as a bundle can read it back.
#: `autocast` is the lower precision that products on the CPU are cast to, or None.
MODE = {"grad": True, "inference": False, "autocast": None}


class Known:
    """The numbers of a small 1-D or 0-D constant, shared by all that alias it; forgotten when one writes."""

    __slots__ = ("alive",)

    def __init__(self):
        self.alive = True


#: A layout that nobody followed.
UNKNOWN = object()


class Tensor:
    """A tensor without data."""

    _layout = None  # see strides.py

    _known = None  # (values, Known): values is a number or a list of numbers
    _requires_grad = False
    _is_leaf = True
    grad = None
    is_sparse = False
    is_quantized = False
    is_nested = False
    is_mkldnn = False

    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        self._shape, self._dtype, self._device = (), dtypes.default_dtype(), dtypes.CPU
        return self

    def __init__(self, *args, **kwargs):
        if type(self) is Tensor:
            fill_from_legacy_arguments(self, args, dtypes.default_dtype())

    # Shape and type.

    @property
    def shape(self):
        return Size(self._shape)

    @property
    def dtype(self):
        return self._dtype

    @property
    def device(self):
        return self._device

    @property
    def ndim(self):
        return len(self._shape)

    @property
    def names(self):
        return (None,) * len(self._shape)

    @property
    def layout(self):
        return STRIDED

    @property
    def is_cuda(self):
        return self._device.type == "cuda"

    @property
    def is_meta(self):
        return self._device.type == "meta"

    @property
    def is_leaf(self):
        return self._is_leaf

    @property
    def grad_fn(self):
        if self._is_leaf:
            return None
        raise Undecided("Tensor.grad_fn")

    @property
    def itemsize(self):
        return self._dtype.itemsize

    @property
    def nbytes(self):
        return self.itemsize * self.numel()

    @property
    def requires_grad(self):
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value):
        if value and not (self._dtype.is_floating_point or self._dtype.is_complex):
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        self._requires_grad = bool(value)

    @property
    def data(self):
        got = make(self._shape, self._dtype, self._device)
        got._known, got._layout = self._known, self._layout
        return got

    @data.setter
    def data(self, other):
        if not isinstance(other, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(other).__name__}")
        self._shape, self._dtype, self._device = other._shape, other._dtype, other._device
        self._known, self._layout = other._known, other._layout

    def numel(self):
        return dtypes.numel(self._shape)

    nelement = numel

    def dim(self):
        return len(self._shape)

    ndimension = dim

    def size(self, dim=None):
        return Size(self._shape) if dim is None else self._shape[dim]

    def element_size(self):
        return self._dtype.itemsize

    # The numbers, where they are known.

    def known(self):
        return self._known[0] if self._known is not None and self._known[1].alive else None

    def forget(self):
        """An in-place write: nobody knows the numbers any more, neither here nor in any alias."""
        if self._known is not None:
            self._known[1].alive = False
        return self

    def item(self):
        value = self.known()
        if isinstance(value, list):
            if len(value) == 1:
                return value[0]
            raise RuntimeError(f"a Tensor with {len(value)} elements cannot be converted to Scalar")
        if value is None:
            if self.numel() != 1:
                raise RuntimeError(f"a Tensor with {self.numel()} elements cannot be converted to Scalar")
            raise Undecided("the value of a tensor decides what happens (.item(), int(), float() or if)")
        return value

    def tolist(self):
        value = self.known()
        if value is None:
            raise Undecided("the values of a tensor decide what happens (.tolist())")
        return list(value) if isinstance(value, list) else value

    def __bool__(self):
        if self.numel() > 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        return bool(self.item())

    def __int__(self):
        return int(self.item())

    def __float__(self):
        return float(self.item())

    def __index__(self):
        value = self.item()
        if not isinstance(value, int):
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(value)

    def __len__(self):
        if not self._shape:
            raise TypeError("len() of a 0-d tensor")
        return self._shape[0]

    def __iter__(self):
        if not self._shape:
            raise TypeError("iteration over a 0-d tensor")
        return iter([self[i] for i in range(self._shape[0])])

    def __contains__(self, value):
        raise Undecided("`in` on a tensor needs its values")

    def numpy(self, *args, **kwargs):
        raise Undecided("Tensor.numpy()")

    __array__ = numpy

    # Identity.

    def __hash__(self):
        return id(self)

    def __repr__(self):
        return f"tensor(shape={list(self._shape)}, dtype={self._dtype})"

    def __format__(self, spec):
        value = self.known()
        return format(value, spec) if isinstance(value, (int, float)) else object.__format__(self, "")

    def __deepcopy__(self, memo):
        twin = memo.get(id(self))
        if twin is None:
            if not self._is_leaf:
                raise RuntimeError("only Tensors created explicitly by the user support deepcopy")
            twin = make(self._shape, self._dtype, self._device, type(self))
            twin._requires_grad = self._requires_grad
            twin._known = self._known and (self._known[0], Known()) if self.known() is not None else None
            extra = {k: v for k, v in self.__dict__.items() if k not in twin.__dict__ and k != "grad"}
            twin.__dict__.update(extra)
            memo[id(self)] = twin
            registered(twin)
        return twin

    def __getattr__(self, name):
        if name in REAL_NAMES and not (name.startswith("__") and name.endswith("__")):
            raise Undecided(f"Tensor.{name} is not known to the shape-only torch")
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    # Autograd is not run; what reads gradients afterwards is undecided because `.grad` stays None.

    def requires_grad_(self, requires_grad=True):
        self.requires_grad = requires_grad
        return self

    def detach(self):
        return self.data

    def detach_(self):
        self._requires_grad, self._is_leaf = False, True
        return self

    def retain_grad(self):
        return None

    def register_hook(self, hook):
        return RemovableHandle()

    def register_post_accumulate_grad_hook(self, hook):
        return RemovableHandle()

    def backward(self, *args, **kwargs):
        raise Undecided("gradients are not computed on shapes")

    # Storage.

    def is_floating_point(self):
        return self._dtype.is_floating_point

    def is_complex(self):
        return self._dtype.is_complex

    def is_signed(self):
        return self._dtype.is_signed

    def get_device(self):
        return self._device.index or 0 if self.is_cuda else -1


STRIDED = dtypes.layout("strided")


def make(shape, of=None, device=None, cls=Tensor):
    """A fresh tensor of a shape."""
    self = object.__new__(cls)
    self._shape = shape if type(shape) is tuple else tuple(shape)
    self._dtype = of if of is not None else dtypes.default_dtype()
    self._device = dtypes.default_device() if device is None else device
    return self


def result(shape, like, of=None, inputs=()):
    """An operation's result: `like` gives device and type, `inputs` whether gradients flow."""
    self = alias(shape, like, of, inputs)
    COST.bytes += prod(self._shape) * self._dtype.itemsize
    return self


def alias(shape, like, of=None, inputs=()):
    """A result that is a view of its input, and costs no memory."""
    self = make(shape, of or like._dtype, like._device)
    for one in inputs or (like,):
        if isinstance(one, Tensor) and one._layout is not None:
            self._layout = UNKNOWN
    if MODE["grad"] and self._dtype._kind in "fc":
        for one in inputs or (like,):
            if isinstance(one, Tensor) and one._requires_grad:
                self._requires_grad, self._is_leaf = True, False
                break
    return self


def sizes_of(args):
    """A shape given as `f(2, 3)` or `f((2, 3))`."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = args[0]
    return tuple(one.__index__() if isinstance(one, Tensor) else one for one in args)


def fill_from_legacy_arguments(self, args, of):
    """`torch.Tensor(2, 3)` and `torch.FloatTensor([1, 2])`."""
    if len(args) == 1 and isinstance(args[0], (list, tuple)) and not isinstance(args[0], Size):
        self._shape = nested_shape(args[0])
    elif len(args) == 1 and isinstance(args[0], Tensor):
        self._shape = args[0]._shape
    else:
        self._shape = checked_shape(sizes_of(args)) if args else (0,)
    self._dtype = of


def nested_shape(value):
    """The shape of nested lists of numbers and tensors."""
    if isinstance(value, Tensor):
        return value._shape
    if isinstance(value, (list, tuple)) and any(isinstance(one, Tensor) and one.numel() != 1 for one in value):
        raise ValueError("only one element tensors can be converted to Python scalars")
    if isinstance(value, (list, tuple)):
        if not value:
            return (0,)
        inner = {nested_shape(one) for one in value}
        if len(inner) > 1:
            raise ValueError("expected sequences of equal length in every dimension")
        return (len(value), *inner.pop())
    return ()


def result_type(operands):
    """The element type of an operation over tensors and numbers."""
    with_dims = zero_dims = numbers = None
    for one in operands:
        if isinstance(one, Tensor):
            if one._shape:
                with_dims = one._dtype if with_dims is None else dtypes.promote_types(with_dims, one._dtype)
            else:
                zero_dims = one._dtype if zero_dims is None else dtypes.promote_types(zero_dims, one._dtype)
        else:
            kind = dtypes.of_scalar(one)
            numbers = kind if numbers is None else dtypes.promote_types(numbers, kind)
    return dtypes._combine(with_dims, dtypes._combine(zero_dims, numbers))
