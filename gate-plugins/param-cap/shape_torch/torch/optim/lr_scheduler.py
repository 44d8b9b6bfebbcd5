"""torch.optim.lr_scheduler: importable; schedules are training's business."""

from .. import _names
from .._shape.undecided import Undecided, missing


class LRScheduler:
    def __init__(self, *args, **kwargs):
        raise Undecided(f"torch.optim.lr_scheduler.{type(self).__name__}")


for _name in """LambdaLR CosineAnnealingLR OneCycleLR StepLR MultiStepLR ExponentialLR LinearLR ConstantLR SequentialLR
ReduceLROnPlateau CosineAnnealingWarmRestarts PolynomialLR CyclicLR ChainedScheduler""".split():
    globals()[_name] = type(_name, (LRScheduler,), {"__module__": __name__})
_LRScheduler = LRScheduler
__getattr__ = missing("torch.optim.lr_scheduler", _names.MODULES["torch.optim.lr_scheduler"])
