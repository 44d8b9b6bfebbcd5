"""torch.cuda of a machine without one: gates decide as preflight does, on CPU."""

from .. import _names
from .._shape.undecided import Undecided, missing
from . import amp  # noqa: F401


def is_available():
    return False


def device_count():
    return 0


def is_bf16_supported(*args):
    return False


def is_initialized():
    return False


def manual_seed(seed):
    return None


def _nothing(*args, **kwargs):
    return None


manual_seed_all = empty_cache = reset_peak_memory_stats = synchronize = _nothing


def memory_allocated(*args):
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated


def _needs_gpu(*args, **kwargs):
    raise Undecided("this part of torch.cuda needs a GPU")


current_device = set_device = get_device_capability = get_device_name = get_device_properties = mem_get_info = _needs_gpu
__getattr__ = missing("torch.cuda", _names.MODULES["torch.cuda"])
