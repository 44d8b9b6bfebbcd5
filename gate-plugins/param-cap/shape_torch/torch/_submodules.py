"""Modules of torch that hold nothing of their own here: long names of what lies elsewhere, and what is not imitated."""

import sys
import types

from . import _names, backends, cuda, distributed, nn, optim, utils
from ._shape.undecided import missing

#: {module: where the names it has in real torch are found here}.
_SOURCES = {
    "torch.amp.autocast_mode": "torch.amp", "torch.functional": "torch", "torch.nn.parallel.distributed": "torch.nn.parallel",
    "torch.nn.utils.clip_grad": "torch.nn.utils", "torch.utils.data.sampler": "torch.utils.data",
    "torch.distributed.fsdp.fully_sharded_data_parallel": "torch.distributed.fsdp",
    **{f"torch.optim.{name}": "torch.optim" for name in ("optimizer", "adamw", "adam", "sgd")},
    **{f"torch.nn.modules.{name}": "torch.nn" for name in """loss utils batchnorm activation conv dropout linear normalization
       rnn sparse pooling padding upsampling flatten fold distance pixelshuffle instancenorm channelshuffle""".split()},
}


class _Submodule(types.ModuleType):
    """Looks a name up at its source, when real torch has it there too."""

    def __getattr__(self, name):
        if self._source is not None and name in self._real and not name.startswith("_"):
            return getattr(sys.modules[self._source], name)
        return missing(self.__name__, self._real)(name)


def _define(path):
    module = sys.modules[path] = _Submodule(path)
    module._source, module._real = _SOURCES.get(path), _names.MODULES[path]
    module.__path__ = []
    parent, _, name = path.rpartition(".")
    setattr(sys.modules[parent], name, module)


for _path in _names.MODULES:
    if _path not in sys.modules and not _path.startswith("torch.backends."):
        _define(_path)
for _name in ("cuda", "cudnn", "mps"):
    sys.modules[f"torch.backends.{_name}"] = getattr(backends, _name)
sys.modules["torch.nn.modules.utils"]._ntuple = _ntuple = lambda count, name="parse": (
    lambda value: tuple(value) if hasattr(value, "__iter__") else (value,) * count)
for _count, _name in enumerate(("_single", "_pair", "_triple", "_quadruple"), start=1):
    setattr(sys.modules["torch.nn.modules.utils"], _name, _ntuple(_count))
sys.modules["torch.nn.modules.conv"]._ConvNd = nn.modules.layers._Conv
sys.modules["torch.nn.modules.batchnorm"]._BatchNorm = nn.modules.layers._BatchNorm
__all__ = ["cuda", "distributed", "optim", "utils"]
