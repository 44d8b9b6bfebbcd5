"""torch.special by shapes."""

from . import _names
from ._shape.pointwise import to_float
from ._shape.registry import FUNCTIONS
from ._shape.undecided import missing

expit, psi, gammaln, multigammaln = (FUNCTIONS[name] for name in ("sigmoid", "digamma", "lgamma", "mvlgamma"))
gammainc, gammaincc = FUNCTIONS["igamma"], FUNCTIONS["igammac"]
for _name in """digamma erf erfc erfinv exp2 expm1 i0 log1p log_softmax logit logsumexp polygamma round sinc softmax
xlogy""".split():
    globals()[_name] = FUNCTIONS[_name]
entr = erfcx = i0e = i1 = i1e = ndtr = ndtri = log_ndtr = spherical_bessel_j0 = airy_ai = to_float
bessel_j0 = bessel_j1 = bessel_y0 = bessel_y1 = xlog1py = zeta = to_float
__getattr__ = missing("torch.special", _names.MODULES["torch.special"])
