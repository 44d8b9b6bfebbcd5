"""torch.nn."""

from .. import _names
from .._shape.undecided import missing
from . import attention, functional, init, modules, parallel, parameter, utils  # noqa: F401
from .modules import LAYERS
from .parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter  # noqa: F401

globals().update(LAYERS)
__getattr__ = missing("torch.nn", _names.MODULES["torch.nn"])
