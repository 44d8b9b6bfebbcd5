"""torch.nn.attention: the choice of a kernel changes no shape; flex attention is undecided."""

from .._shape.undecided import missing


class SDPBackend:
    """Names of attention kernels."""

    ERROR, MATH, FLASH_ATTENTION, EFFICIENT_ATTENTION, CUDNN_ATTENTION = -1, 0, 1, 2, 3


class sdpa_kernel:
    def __init__(self, backends, set_priority=False):
        pass

    def __enter__(self):
        return None

    def __exit__(self, *exc):
        return False


__getattr__ = missing("torch.nn.attention", None)
