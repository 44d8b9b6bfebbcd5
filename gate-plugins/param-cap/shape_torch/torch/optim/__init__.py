"""torch.optim: importable; an optimiser can be made over shapes and is never stepped."""

from .. import _names
from .._shape.undecided import Undecided, missing
from . import lr_scheduler  # noqa: F401


class Optimizer:
    """Holds parameter groups."""

    def __init__(self, params, defaults=None, **options):
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        self.defaults = defaults if isinstance(defaults, dict) else options
        self.param_groups = [{**self.defaults, **group, "params": list(group["params"])} for group in groups]
        self.state = {}

    def add_param_group(self, group):
        self.param_groups.append({**self.defaults, **group})

    def zero_grad(self, set_to_none=True):
        return None

    def step(self, closure=None):
        raise Undecided("an optimiser step needs gradients")

    def state_dict(self):
        raise Undecided("the state of an optimiser")


def _optimizer(name):
    def __init__(self, params, lr=1e-3, **options):
        Optimizer.__init__(self, params, {"lr": lr, **options})

    return type(name, (Optimizer,), {"__init__": __init__, "__module__": __name__})


for _name in "SGD Adam AdamW Adamax Adagrad Adadelta NAdam RAdam RMSprop Rprop ASGD LBFGS SparseAdam Adafactor Muon".split():
    globals()[_name] = _optimizer(_name)
__getattr__ = missing("torch.optim", _names.MODULES["torch.optim"])
