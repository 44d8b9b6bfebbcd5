"""torch.nn.utils.parametrize: a parameter computed from others, which are the ones that count."""

from ..._shape.tensor import Tensor
from ..._shape.undecided import Undecided
from ..modules.container import ModuleDict, ModuleList
from ..parameter import Parameter, is_lazy


class cached:
    def __enter__(self):
        return None

    def __exit__(self, *exc):
        return False


class ParametrizationList(ModuleList):
    """The chain of parametrizations of one tensor, with its originals."""

    def __init__(self, modules, original, unsafe=False):
        super().__init__(modules)
        value = original
        for module in reversed(self):
            if hasattr(module, "right_inverse"):
                value = module.right_inverse(value)
        if isinstance(value, Tensor):
            self.ntensors, self.is_tensor = 1, True
            _register(self, "original", value, original)
        else:
            self.ntensors, self.is_tensor = len(value), False
            for at, one in enumerate(value):
                _register(self, f"original{at}", one, original)

    def forward(self):
        first = self[0]
        if self.is_tensor:
            value = first(self.original)
        else:
            value = first(*[getattr(self, f"original{at}") for at in range(self.ntensors)])
        for module in list(self)[1:]:
            value = module(value)
        return value


def _register(where, name, value, original):
    if isinstance(original, Parameter):
        kept = original if value is original else Parameter(value, original.requires_grad)
        if value is not original and name == "original":
            original.data, kept = value, original  # torch keeps the identity of a single original
        where.register_parameter(name, kept)
    else:
        where.register_buffer(name, value)


def is_parametrized(module, tensor_name=None):
    table = module._modules.get("parametrizations")
    return table is not None and (len(table) > 0 if tensor_name is None else tensor_name in table)


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    if is_parametrized(module, tensor_name):
        raise Undecided("a second parametrization of one tensor")
    if tensor_name in module._parameters:
        original, table = module._parameters[tensor_name], module._parameters
    elif tensor_name in module._buffers:
        original, table = module._buffers[tensor_name], module._buffers
    else:
        raise ValueError(f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
                         f"'{tensor_name}'")
    if is_lazy(original):
        raise Undecided("a parametrization of a lazy parameter")
    shape = original.shape
    chain = ParametrizationList([parametrization], original)
    if not unsafe and chain().shape != shape:
        raise ValueError("Registering a parametrization may not change the shape of the tensor")
    del table[tensor_name]
    if "parametrizations" not in module._modules:
        _with_properties(module)
        module._modules["parametrizations"] = ModuleDict()
    module._modules["parametrizations"][tensor_name] = chain
    setattr(type(module), tensor_name, property(lambda self: self.parametrizations[tensor_name](),
                                                lambda self, value: _refuse_write()))
    return module


def _refuse_write():
    raise Undecided("assigning to a parametrized tensor")


def _with_properties(module):
    # torch too gives the module a class of its own to hang the property on.
    kind = type(module)

    def deepcopy(self, memo):
        raise Undecided("copying a parametrized module")

    module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), {"__module__": kind.__module__, "__deepcopy__": deepcopy})


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    raise Undecided("remove_parametrizations")


def type_before_parametrizations(module):
    return type(module).__mro__[1] if is_parametrized(module) else type(module)
