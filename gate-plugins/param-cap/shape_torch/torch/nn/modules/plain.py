"""Layers without parameters of their own (and PReLU): activations, dropout, pooling, padding, losses."""

from ..._shape import functional
from ..._shape.functional import F, several
from ..._shape.tensor import make
from ..._shape.undecided import Undecided
from ..parameter import Parameter
from .module import Module

LAYERS = {}


class _Options(Module):
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
            if value is _REQUIRED:
                raise TypeError(f"{type(self).__name__}() misses the argument '{name}'")
            setattr(self, name, value)


_REQUIRED = object()


def _define(name, bases, names="", defaults=(), **fields):
    LAYERS[name] = type(name, bases, {"__module__": __name__, "_names": tuple(names.split()), "_defaults": defaults,
                                      **fields})


class _SameShape(_Options):
    def forward(self, input):
        return functional.same(input)


for _name, _options, _values in (
    ("ReLU", "inplace", (False,)), ("ReLU6", "inplace", (False,)), ("SiLU", "inplace", (False,)),
    ("Mish", "inplace", (False,)), ("GELU", "approximate", ("none",)), ("ELU", "alpha inplace", (1.0, False)),
    ("CELU", "alpha inplace", (1.0, False)), ("SELU", "inplace", (False,)), ("Sigmoid", "", ()), ("Tanh", "", ()),
    ("LeakyReLU", "negative_slope inplace", (0.01, False)), ("Softplus", "beta threshold", (1.0, 20.0)),
    ("Softsign", "", ()), ("Tanhshrink", "", ()), ("Hardtanh", "min_val max_val inplace", (-1.0, 1.0, False)),
    ("Hardswish", "inplace", (False,)), ("Hardsigmoid", "inplace", (False,)), ("LogSigmoid", "", ()),
    ("Softshrink", "lambd", (0.5,)), ("Hardshrink", "lambd", (0.5,)), ("RReLU", "lower upper inplace", (0.125, 1 / 3, False)),
    ("Threshold", "threshold value inplace", (_REQUIRED, _REQUIRED, False)), ("Softmax2d", "", ()),
    ("LocalResponseNorm", "size alpha beta k", (_REQUIRED, 1e-4, 0.75, 1.0)),
):
    _define(_name, (_SameShape,), _options, _values)


class _Dropout(_SameShape):
    def __init__(self, p=0.5, inplace=False):
        Module.__init__(self)
        if isinstance(p, (int, float)) and not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input):
        return F["dropout"](input, self.p, self.training, self.inplace)


for _name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"):
    _define(_name, (_Dropout,))


class _OverDim(_Options):
    def forward(self, input):
        return F["softmax"](input, self.dim)


for _name in ("Softmax", "LogSoftmax", "Softmin"):
    _define(_name, (_OverDim,), "dim", (None,))
_define("GLU", (_Options,), "dim", (-1,), forward=lambda self, input: F["glu"](input, self.dim))


class PReLU(Module):
    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(make((num_parameters,), dtype))

    def forward(self, input):
        return F["prelu"](input, self.weight)


LAYERS["PReLU"] = PReLU


# Shapes.

_define("Flatten", (_Options,), "start_dim end_dim", (1, -1),
        forward=lambda self, input: input.flatten(self.start_dim, self.end_dim))
_define("Unflatten", (_Options,), "dim unflattened_size", (_REQUIRED, _REQUIRED),
        forward=lambda self, input: input.unflatten(self.dim, self.unflattened_size))
_define("PixelShuffle", (_Options,), "upscale_factor", (_REQUIRED,),
        forward=lambda self, input: F["pixel_shuffle"](input, self.upscale_factor))
_define("Upsample", (_Options,), "size scale_factor mode align_corners recompute_scale_factor",
        (None, None, "nearest", None, None),
        forward=lambda self, input: F["interpolate"](input, self.size, self.scale_factor))
_define("Unfold", (_Options,), "kernel_size dilation padding stride", (_REQUIRED, 1, 0, 1),
        forward=lambda self, input: F["unfold"](input, self.kernel_size, self.dilation, self.padding, self.stride))
_define("CosineSimilarity", (_Options,), "dim eps", (1, 1e-8),
        forward=lambda self, x1, x2: F["cosine_similarity"](x1, x2, self.dim))
_define("PairwiseDistance", (_Options,), "p eps keepdim", (2.0, 1e-6, False),
        forward=lambda self, x1, x2: F["pairwise_distance"](x1, x2, keepdim=self.keepdim))


class _Pad(Module):
    _count = 1

    def __init__(self, padding, value=0.0):
        super().__init__()
        self.padding, self.value = several(padding, 2 * self._count), value

    def forward(self, input):
        return F["pad"](input, self.padding)


class _Pool(Module):
    _count = 1

    def __init__(self, kernel_size, stride=None, padding=0, *args, ceil_mode=False, dilation=1, return_indices=False,
                 count_include_pad=True, divisor_override=None):
        super().__init__()
        if args or return_indices:
            raise Undecided("a pooling layer with further positional options or indices")
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation, self.ceil_mode = padding, dilation, ceil_mode

    def forward(self, input):
        return F[f"max_pool{self._count}d"](input, self.kernel_size, self.stride, self.padding, dilation=self.dilation,
                                            ceil_mode=self.ceil_mode)


class _AdaptivePool(Module):
    _count = 1

    def __init__(self, output_size, return_indices=False):
        super().__init__()
        self.output_size = output_size

    def forward(self, input):
        return F[f"adaptive_avg_pool{self._count}d"](input, self.output_size)


for _count in (1, 2, 3):
    for _kind in ("Zero", "Constant", "Reflection", "Replication", "Circular"):
        _define(f"{_kind}Pad{_count}d", (_Pad,), _count=_count)
    for _kind in ("Max", "Avg"):
        _define(f"{_kind}Pool{_count}d", (_Pool,), _count=_count)
        _define(f"Adaptive{_kind}Pool{_count}d", (_AdaptivePool,), _count=_count)


# Losses.


class _Loss(Module):
    _function = ""

    def __init__(self, *args, reduction="mean", weight=None, **kwargs):
        super().__init__()
        if args:
            weight = args[0]
        self.reduction = reduction
        for name, value in kwargs.items():
            setattr(self, name, value)
        if self._function in ("cross_entropy", "nll_loss", "binary_cross_entropy_with_logits", "binary_cross_entropy"):
            self.register_buffer("weight", weight)

    def forward(self, input, target):
        return F[self._function](input, target, reduction=self.reduction)


for _name, _function in {
    "CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss", "MSELoss": "mse_loss", "L1Loss": "l1_loss",
    "SmoothL1Loss": "smooth_l1_loss", "HuberLoss": "huber_loss", "KLDivLoss": "kl_div", "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
}.items():
    _define(_name, (_Loss,), _function=_function)
