"""torch.autograd: forward runs, backward never does."""

from .. import _names
from .._shape.modes import enable_grad, inference_mode, no_grad, set_grad_enabled  # noqa: F401
from .._shape.tensor import Tensor, make
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


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, is_grads_batched=False,
         allow_unused=None, materialize_grads=False):
    """Gradients have the shapes of the inputs; whether one is unused can't be told."""
    if is_grads_batched or allow_unused and not materialize_grads:
        raise Undecided("torch.autograd.grad of inputs that may be unused, or batched")
    outputs, inputs = ((one,) if isinstance(one, Tensor) else tuple(one) for one in (outputs, inputs))
    if not all(one.requires_grad for one in outputs):
        raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
    if grad_outputs is None and any(one.numel() != 1 for one in outputs):
        raise RuntimeError("grad can be implicitly created only for scalar outputs")
    if not all(one.requires_grad for one in inputs):
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    got = tuple(make(one.shape, one.dtype, one.device) for one in inputs)
    for one in got:
        one._requires_grad, one._is_leaf = create_graph, not create_graph
    return got


def backward(*args, **kwargs):
    raise Undecided("gradients are not computed on shapes")


__getattr__ = missing("torch.autograd", _names.MODULES["torch.autograd"])
