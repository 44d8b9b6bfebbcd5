"""torch.special by shapes."""

from . import _names
from ._shape.registry import FUNCTIONS
from ._shape.undecided import missing

expit, erf, erfinv, logit = FUNCTIONS["sigmoid"], FUNCTIONS["erf"], FUNCTIONS["erfinv"], FUNCTIONS["logit"]
logsumexp, softmax, log_softmax = FUNCTIONS["logsumexp"], FUNCTIONS["softmax"], FUNCTIONS["log_softmax"]
xlogy, digamma, expm1 = FUNCTIONS["xlogy"], FUNCTIONS["digamma"], FUNCTIONS["expm1"]
__getattr__ = missing("torch.special", _names.MODULES["torch.special"])
