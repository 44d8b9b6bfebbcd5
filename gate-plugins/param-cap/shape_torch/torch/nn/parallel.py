"""torch.nn.parallel: importable, so that one script can serve one process and many."""

from .._shape.undecided import Undecided


class DistributedDataParallel:
    """Needs a process group."""

    def __init__(self, *args, **kwargs):
        raise Undecided("DistributedDataParallel needs a process group")


class DataParallel:
    """Needs GPUs."""

    def __init__(self, *args, **kwargs):
        raise Undecided("DataParallel needs GPUs")
