"""Parameters, and those whose shape the first forward decides."""

from .._shape import tensor as _tensor
from .._shape.tensor import Tensor, make
from .._shape.undecided import Undecided


class _ParameterMeta(type):
    def __instancecheck__(cls, value):
        if type.__instancecheck__(cls, value):
            return True
        return cls is Parameter and isinstance(value, Tensor) and getattr(value, "_is_param", False)


class Parameter(Tensor, metaclass=_ParameterMeta):
    """A tensor that a module counts among its parameters."""

    _is_parameter = True

    def __new__(cls, data=None, requires_grad=True):
        if data is None:
            source = make((0,))
        elif isinstance(data, Tensor):
            source = data
        else:
            raise TypeError(f"Parameter data must be a Tensor, got {type(data).__name__}")
        self = make(source._shape, source._dtype, source._device, cls)
        self._known, self._layout = source._known, source._layout
        if requires_grad and not (self._dtype.is_floating_point or self._dtype.is_complex):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        self._requires_grad = bool(requires_grad)
        return _tensor.registered(self)

    def __init__(self, *args, **kwargs):
        pass

    def __repr__(self):
        return "Parameter containing:\n" + Tensor.__repr__(self)


class _BufferMeta(type):
    def __instancecheck__(cls, value):
        return type.__instancecheck__(cls, value) or cls is Buffer and getattr(value, "_is_buffer", False)


class Buffer(Tensor, metaclass=_BufferMeta):
    """Makes a tensor that registers itself as a buffer when assigned to a module."""

    def __new__(cls, data=None, *, persistent=True):
        self = make((0,)) if data is None else data.detach().requires_grad_(data.requires_grad)
        self.persistent, self._is_buffer = persistent, True
        return self


class UninitializedTensorMixin:
    """Without a shape until `materialize`."""

    _uninitialized = True

    @property
    def shape(self):
        raise RuntimeError("Can't access the shape of an uninitialized parameter or buffer.")

    @property
    def _shape(self):
        raise ValueError("Attempted to use an uninitialized parameter")

    @_shape.setter
    def _shape(self, shape):
        """There is none yet."""

    def to(self, *args, **kwargs):
        """As long as there is no shape, type and device may change."""
        got = make((0,), self._dtype, self._device).to(*args, **kwargs)
        self._dtype, self._device = got._dtype, got._device
        return self

    def cpu(self):
        return self.to("cpu")

    def materialize(self, shape, device=None, dtype=None):
        self.__class__ = self.cls_to_become
        self._shape = _tensor.checked_shape(tuple(shape))
        self._dtype = dtype or self._dtype

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            if not isinstance(self, Parameter):
                raise ValueError("Attempted to use an uninitialized parameter in Tensor.__deepcopy__")
            memo[id(self)] = type(self)(self._requires_grad, dtype=self._dtype)
        return memo[id(self)]


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    cls_to_become = Parameter

    def __new__(cls, requires_grad=True, device=None, dtype=None):
        self = make((0,), dtype, None, cls)
        self._requires_grad = requires_grad
        return _tensor.registered(self)


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    cls_to_become = Tensor

    def __new__(cls, requires_grad=False, device=None, dtype=None, persistent=True):
        return make((0,), dtype, None, cls)

    def __init__(self, *args, **kwargs):
        pass


def is_lazy(value):
    return isinstance(value, UninitializedTensorMixin)


__all__ = ["Parameter", "Buffer", "UninitializedParameter", "UninitializedBuffer", "Undecided"]
