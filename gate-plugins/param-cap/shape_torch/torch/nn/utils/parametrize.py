"""torch.nn.utils.parametrize: a tensor computed from others, which are the ones that count."""

import copy
from collections.abc import Sequence

from ..._shape.tensor import MODE, Tensor
from ..modules.container import ModuleDict, ModuleList
from ..parameter import Parameter


class cached:
    def __enter__(self):
        return None

    def __exit__(self, *exc):
        return False


def _register(module, name, tensor):
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def _set(tensor, value):
    """Another storage for the same tensor: `tensor.set_(value)`."""
    tensor._shape, tensor._known, tensor._layout = value._shape, value._known, value._layout


def _check(got, original, what):
    if not isinstance(got, Tensor):
        raise ValueError(f"{what} must return a tensor. Got {type(got).__name__}")
    if got.dtype is not original.dtype or got.shape != original.shape:
        raise ValueError(f"{what} may not change the shape or the dtype of the tensor, unless it is unsafe")


class ParametrizationList(ModuleList):
    """The chain of parametrizations of one tensor, with its originals."""

    def __init__(self, modules, original, unsafe=False):
        if not modules:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        value = self._inverted(original, strict=False)
        if not isinstance(value, (Tensor, Sequence)):
            raise ValueError("'right_inverse' must return a Tensor or a Sequence of tensors")
        self.is_tensor = isinstance(value, Tensor)
        self.ntensors = 1 if self.is_tensor else len(value)
        if self.is_tensor:
            if value.dtype is not dtype:
                raise ValueError("When `right_inverse` outputs one tensor, it may not change the dtype.")
            _set(original, value)  # the same parameter, as an optimizer may know it already
            _register(self, "original", original)
        else:
            for at, one in enumerate(value):
                if isinstance(original, Parameter):
                    one = Parameter(one, original.requires_grad)
                _register(self, f"original{at}", one.requires_grad_(original.requires_grad))
        if not unsafe:
            got = self()
            if not isinstance(got, Tensor) or got.shape != shape or got.dtype is not dtype:
                raise ValueError("Registering a parametrization may not change the shape or the dtype of the tensor")

    def _inverted(self, value, strict):
        before, MODE["grad"] = MODE["grad"], False
        try:
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    try:
                        value = module.right_inverse(value)
                    except NotImplementedError:
                        if strict:
                            raise
                elif strict:
                    raise RuntimeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
        finally:
            MODE["grad"] = before
        return value

    def right_inverse(self, value):
        value = self._inverted(value, strict=True)
        if self.is_tensor:
            _check(value, self.original, "right_inverse")
            return
        if not isinstance(value, Sequence) or len(value) != self.ntensors:
            raise ValueError("'right_inverse' must return a sequence of as many tensors as before")
        for at, one in enumerate(value):
            _set(getattr(self, f"original{at}"), one)

    def forward(self):
        originals = [self.original] if self.is_tensor else [getattr(self, f"original{at}") for at in range(self.ntensors)]
        value = self[0](*originals)
        for module in list(self)[1:]:
            value = module(value)
        return value


def is_parametrized(module, tensor_name=None):
    table = module._modules.get("parametrizations")
    return isinstance(table, ModuleDict) and (len(table) > 0 if tensor_name is None else tensor_name in table)


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        chain = module.parametrizations[tensor_name]
        if not unsafe:
            now = getattr(module, tensor_name)
            new = parametrization(now)
            _check(new, now, "A parametrization")
            if hasattr(parametrization, "right_inverse"):
                try:
                    _check(parametrization.right_inverse(new), now, "parametrization.right_inverse")
                except NotImplementedError:
                    pass
        chain.append(parametrization)
        chain.unsafe |= unsafe
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
                         f"'{tensor_name}'")
    chain = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        _with_own_class(module)
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, property(lambda self: self.parametrizations[tensor_name](),
                                                lambda self, value: self.parametrizations[tensor_name].right_inverse(value)))
    module.parametrizations[tensor_name] = chain
    return module


def _with_own_class(module):
    """A class of its own to hang the properties on, as in torch."""
    kind = type(module)

    def deepcopy(self, memo):
        if id(self) not in memo:
            memo[id(self)] = twin = self.__new__(type(self))
            twin.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return memo[id(self)]

    def getstate(self):
        raise RuntimeError("Serialization of parametrized modules is only supported through state_dict()")

    fields = {"__module__": kind.__module__, "__getstate__": getstate}
    if not hasattr(kind, "__deepcopy__"):
        fields["__deepcopy__"] = deepcopy
    module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), fields)


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    chain = module.parametrizations[tensor_name]
    if chain.is_tensor:
        original = chain.original
        if leave_parametrized:
            _set(original, getattr(module, tensor_name))
    elif leave_parametrized:
        value = getattr(module, tensor_name)
        original = Parameter(value) if value.requires_grad else value
    else:
        raise ValueError("Cannot leave unparametrized a tensor that is parametrized in terms of a sequence of tensors.")
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module):
    return type(module).__bases__[0] if is_parametrized(module) else type(module)
