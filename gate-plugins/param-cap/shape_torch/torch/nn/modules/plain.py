"""Activations and dropout: layers without parameters of their own, and PReLU."""

from ..._shape.dtypes import place
from ..._shape.functional import F
from ..._shape.tensor import make
from ..parameter import Parameter
from .module import Module

LAYERS = {}
REQUIRED = object()


class Options(Module):
    """Keeps its arguments as attributes, by torch's names."""

    _names = ()
    _defaults = ()

    def __init__(self, *args, **kwargs):
        super().__init__()
        if len(args) > len(self._names):
            raise TypeError(f"{type(self).__name__}() takes at most {len(self._names)} arguments")
        values = dict(zip(self._names, self._defaults))
        values.update(zip(self._names, args))
        for name, value in kwargs.items():
            if name not in values:
                raise TypeError(f"{type(self).__name__}() got an unexpected keyword argument '{name}'")
            values[name] = value
        for name, value in values.items():
            if value is REQUIRED:
                raise TypeError(f"{type(self).__name__}() misses the argument '{name}'")
            setattr(self, name, value)


def define(layers, name, bases, names="", defaults=(), **fields):
    """A layer class with the arguments `names` and their defaults."""
    layers[name] = type(name, bases, {"__module__": __name__, "_names": tuple(names.split()), "_defaults": defaults, **fields})


class _SameShape(Options):
    _function = ""

    def forward(self, input):
        return F[self._function](input, inplace=True) if getattr(self, "inplace", False) else F[self._function](input)


for _name, _function, _options, _values in (
    ("ReLU", "relu", "inplace", (False,)), ("ReLU6", "relu6", "inplace", (False,)), ("SiLU", "silu", "inplace", (False,)),
    ("Mish", "mish", "inplace", (False,)), ("GELU", "gelu", "approximate", ("none",)),
    ("ELU", "elu", "alpha inplace", (1.0, False)), ("CELU", "celu", "alpha inplace", (1.0, False)),
    ("SELU", "selu", "inplace", (False,)), ("Sigmoid", "sigmoid", "", ()), ("Tanh", "tanh", "", ()),
    ("LeakyReLU", "leaky_relu", "negative_slope inplace", (0.01, False)),
    ("Softplus", "softplus", "beta threshold", (1.0, 20.0)), ("Softsign", "softsign", "", ()),
    ("Tanhshrink", "tanhshrink", "", ()), ("Hardtanh", "hardtanh", "min_val max_val inplace", (-1.0, 1.0, False)),
    ("Hardswish", "hardswish", "inplace", (False,)), ("Hardsigmoid", "hardsigmoid", "inplace", (False,)),
    ("LogSigmoid", "logsigmoid", "", ()), ("Softshrink", "softshrink", "lambd", (0.5,)),
    ("Hardshrink", "hardshrink", "lambd", (0.5,)), ("RReLU", "rrelu", "lower upper inplace", (0.125, 1 / 3, False)),
    ("Threshold", "threshold", "threshold value inplace", (REQUIRED, REQUIRED, False)),
    ("LocalResponseNorm", "local_response_norm", "size alpha beta k", (REQUIRED, 1e-4, 0.75, 1.0)),
    ("CrossMapLRN2d", "local_response_norm", "size alpha beta k", (REQUIRED, 1e-4, 0.75, 1)),
):
    define(LAYERS, _name, (_SameShape,), _options, _values, _function=_function)


class _Dropout(Module):
    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        if isinstance(p, (int, float)) and not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input):
        return F["dropout"](input, self.p, self.training, self.inplace)


for _name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"):
    define(LAYERS, _name, (_Dropout,))


class _OverDim(Options):
    def forward(self, input):
        return F["softmax"](input, self.dim)


class Softmax2d(Module):
    def forward(self, input):
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.ndim}D instead")
        return F["softmax"](input, -3)


for _name in ("Softmax", "LogSoftmax", "Softmin"):
    define(LAYERS, _name, (_OverDim,), "dim", (None,))
define(LAYERS, "GLU", (Options,), "dim", (-1,), forward=lambda self, input: F["glu"](input, self.dim))


class PReLU(Module):
    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(make((num_parameters,), dtype, place(device)))

    def forward(self, input):
        return F["prelu"](input, self.weight)


LAYERS.update(PReLU=PReLU, Softmax2d=Softmax2d)
