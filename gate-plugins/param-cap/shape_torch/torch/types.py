"""torch.types: names for annotations."""

from ._shape.dtypes import Size, device, dtype  # noqa: F401
from ._shape.tensor import Tensor  # noqa: F401

Number = (int, float, bool)
Device = object
