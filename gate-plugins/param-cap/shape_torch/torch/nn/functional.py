"""torch.nn.functional."""

from .. import _names
from .._shape.functional import F as _functions
from .._shape.undecided import missing as _missing

globals().update(_functions)
__getattr__ = _missing("torch.nn.functional", _names.MODULES["torch.nn.functional"])
