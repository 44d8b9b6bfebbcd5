"""torch.linalg by shapes."""

from . import _names
from ._shape.decompositions import LINALG
from ._shape.registry import FUNCTIONS
from ._shape.undecided import missing

globals().update(LINALG)
matmul, diagonal, vander = FUNCTIONS["matmul"], FUNCTIONS["diagonal"], FUNCTIONS["vander"]
__getattr__ = missing("torch.linalg", _names.MODULES["torch.linalg"])
