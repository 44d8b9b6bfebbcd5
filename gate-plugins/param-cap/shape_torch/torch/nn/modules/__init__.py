"""Every layer."""

from ... import _names
from ..._shape.undecided import missing
from . import adaptive, container, layers, lazy, losses, module, plain, recurrent, spatial, text, transformer
from .container import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from .module import Module

LAYERS = {one.__name__: one for one in (Module, Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict)}
for _defined in (layers, lazy, plain, spatial, losses, adaptive, recurrent, transformer):
    LAYERS.update(_defined.LAYERS)
globals().update(LAYERS)
text.install(LAYERS.values())
__getattr__ = missing("torch.nn.modules", _names.MODULES["torch.nn"])
__all__ = ["LAYERS", "container", "module"]
