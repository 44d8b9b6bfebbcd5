"""torch.distributed without a process group: importable, and never initialised."""

from .. import _names
from .._shape.undecided import Undecided, missing


def is_available():
    return False


def is_initialized():
    return False


def is_torchelastic_launched():
    raise Undecided("torch.distributed.is_torchelastic_launched()")


def _needs_group(*args, **kwargs):
    raise Undecided("torch.distributed needs a process group")


init_process_group = destroy_process_group = get_rank = get_world_size = barrier = all_reduce = _needs_group
all_gather = broadcast = reduce = get_backend = new_group = all_gather_into_tensor = reduce_scatter_tensor = _needs_group


class ReduceOp:
    """Names of reductions."""

    SUM = AVG = MAX = MIN = PRODUCT = None


__getattr__ = missing("torch.distributed", _names.MODULES["torch.distributed"])
