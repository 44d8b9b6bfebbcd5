"""torch.utils."""

from .. import _names
from .._shape.undecided import missing
from . import checkpoint, data  # noqa: F401

__getattr__ = missing("torch.utils", _names.MODULES["torch.utils"])
