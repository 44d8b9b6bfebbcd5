"""Every layer."""

from ... import _names
from ..._shape.undecided import missing
from . import adaptive, container, layers, losses, module, plain, recurrent, spatial, transformer
from .container import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from .module import Module

LAYERS = {**layers.LAYERS, **plain.LAYERS, **spatial.LAYERS, **losses.LAYERS, **adaptive.LAYERS, **recurrent.LAYERS, **transformer.LAYERS,
          **{one.__name__: one for one in (Module, Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict)}}
globals().update(LAYERS)
__getattr__ = missing("torch.nn.modules", _names.MODULES["torch.nn"])
__all__ = ["LAYERS", "adaptive", "container", "layers", "losses", "module", "plain", "recurrent", "spatial", "transformer"]
