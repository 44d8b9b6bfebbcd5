"""torch.amp."""

from . import _names
from ._shape.modes import autocast  # noqa: F401
from ._shape.undecided import missing


class GradScaler:
    """Scales a loss that nobody computes."""

    def __init__(self, *args, **kwargs):
        pass

    def scale(self, loss):
        return loss

    def is_enabled(self):
        return False


def custom_fwd(function=None, **kwargs):
    return function if function is not None else lambda inner: inner


custom_bwd = custom_fwd
__getattr__ = missing("torch.amp", _names.MODULES["torch.amp"])
