"""torch.cuda.amp."""

from ..amp import GradScaler, custom_bwd, custom_fwd  # noqa: F401
from .._shape.modes import autocast as _autocast


class autocast(_autocast):
    def __init__(self, enabled=True, dtype=None, cache_enabled=True):
        super().__init__("cuda", dtype, enabled, cache_enabled)
        self._arguments = (enabled, dtype, cache_enabled)

    def __enter__(self):
        self._enter()
        return self
