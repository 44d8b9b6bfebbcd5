"""The older weight and spectral norms: the tensor is computed before every forward by a hook."""

from ..._shape.tensor import result
from ..parameter import Parameter, is_lazy
from .parametrizations import norms, output_dim, vectors


class _Norm:
    """The hook."""

    #: What the names of its tensors end with.
    parts = ()

    def __init__(self, name):
        self.name = name

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute(module))

    def compute(self, module):
        sources = [getattr(module, self.name + part) for part in self.parts]
        return result(sources[-1].shape, sources[-1], inputs=sources)


class _Weight(_Norm):
    parts = ("_g", "_v")


class _Spectral(_Norm):
    parts = ("_u", "_v", "_orig")


def _found(module, kind, name):
    for key, hook in module._forward_pre_hooks.items():
        if type(hook) is kind and hook.name == name:
            return key
    return None


def _begin(module, kind, name):
    if _found(module, kind, name) is not None:
        raise RuntimeError(f"Cannot register two norm hooks on the same parameter {name}")
    weight = getattr(module, name)
    if is_lazy(weight):
        raise ValueError("The module passed can't have uninitialized parameters. Run a dummy forward first")
    del module._parameters[name]
    return weight


def _end(module, kind, name):
    key = _found(module, kind, name)
    if key is None:
        raise ValueError(f"{kind.__name__} of '{name}' not found in {module}")
    weight = module._forward_pre_hooks.pop(key).compute(module)
    delattr(module, name)
    for part in kind.parts:
        delattr(module, name + part)
    setattr(module, name, Parameter(weight.data))
    return module


def weight_norm(module, name="weight", dim=0):
    weight, hook = _begin(module, _Weight, name), _Weight(name)
    module.register_parameter(f"{name}_g", Parameter(norms(weight, dim).data))
    module.register_parameter(f"{name}_v", Parameter(weight.data))
    setattr(module, name, hook.compute(module))
    module.register_forward_pre_hook(hook)
    return module


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    weight = _begin(module, _Spectral, name)
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.data)
    for part, vector in zip(("_u", "_v"), vectors(weight, output_dim(module) if dim is None else dim)):
        module.register_buffer(name + part, vector)
    module.register_forward_pre_hook(_Spectral(name))
    return module


def remove_weight_norm(module, name="weight"):
    return _end(module, _Weight, name)


def remove_spectral_norm(module, name="weight"):
    return _end(module, _Spectral, name)
