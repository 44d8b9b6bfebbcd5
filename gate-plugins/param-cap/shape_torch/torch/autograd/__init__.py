"""torch.autograd: forward runs, backward never does."""

from .. import _names
from .._shape.modes import enable_grad, inference_mode, no_grad, set_grad_enabled  # noqa: F401
from .._shape.tensor import MODE, Tensor
from .._shape.undecided import Undecided, missing
from . import function  # noqa: F401
from .function import Function  # noqa: F401

Variable = Tensor


class set_detect_anomaly:
    def __init__(self, mode, check_nan=True):
        pass

    def __enter__(self):
        return None

    def __exit__(self, *exc):
        return False


detect_anomaly = set_detect_anomaly


def grad(*args, **kwargs):
    raise Undecided("gradients are not computed on shapes")


backward = grad
__all__ = ["MODE"]
__getattr__ = missing("torch.autograd", _names.MODULES["torch.autograd"])
