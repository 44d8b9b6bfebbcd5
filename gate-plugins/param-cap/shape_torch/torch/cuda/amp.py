"""torch.cuda.amp."""

from ..amp import GradScaler, custom_bwd, custom_fwd  # noqa: F401
from .._shape.modes import autocast as _autocast


class autocast(_autocast):
    def __init__(self, enabled=True, dtype=None, cache_enabled=True):
        pass
