"""Layers that change shapes and have no parameters: padding, pooling, resampling, folding, distances."""

from ..._shape.functional import F, several
from .module import Module
from .plain import REQUIRED, Options, define

LAYERS = {}


def _function(*names, **fixed):
    """The forward that hands the layer's attributes `names` to `F[self._call]`."""
    def forward(self, *inputs):
        return F[self._call](*inputs, **{name: getattr(self, name) for name in names}, **fixed)

    return forward


for _name, _call, _options, _values in (
    ("PixelShuffle", "pixel_shuffle", "upscale_factor", (REQUIRED,)),
    ("PixelUnshuffle", "pixel_unshuffle", "downscale_factor", (REQUIRED,)),
    ("ChannelShuffle", "channel_shuffle", "groups", (REQUIRED,)),
    ("Unfold", "unfold", "kernel_size dilation padding stride", (REQUIRED, 1, 0, 1)),
    ("Fold", "fold", "output_size kernel_size dilation padding stride", (REQUIRED, REQUIRED, 1, 0, 1)),
    ("CosineSimilarity", "cosine_similarity", "dim eps", (1, 1e-8)),
):
    define(LAYERS, _name, (Options,), _options, _values, _call=_call, forward=_function(*_options.split()))
define(LAYERS, "PairwiseDistance", (Options,), "p eps keepdim", (2.0, 1e-6, False), _call="pairwise_distance",
       forward=lambda self, x1, x2: F["pairwise_distance"](x1, x2, keepdim=self.keepdim))
define(LAYERS, "Flatten", (Options,), "start_dim end_dim", (1, -1),
       forward=lambda self, input: input.flatten(self.start_dim, self.end_dim))
define(LAYERS, "Unflatten", (Options,), "dim unflattened_size", (REQUIRED, REQUIRED),
       forward=lambda self, input: input.unflatten(self.dim, self.unflattened_size))
define(LAYERS, "Upsample", (Options,), "size scale_factor mode align_corners recompute_scale_factor",
       (None, None, "nearest", None, None), _call="interpolate", forward=_function("size", "scale_factor"))
for _name in ("UpsamplingNearest2d", "UpsamplingBilinear2d"):
    define(LAYERS, _name, (LAYERS["Upsample"],), "size scale_factor", (None, None))


class _Pad(Module):
    _count, _mode = 1, "constant"

    def __init__(self, padding):
        super().__init__()
        self.padding = several(padding, 2 * self._count)

    def forward(self, input):
        if self._mode in ("reflect", "replicate", "circular") and input.ndim not in (self._count + 1, self._count + 2):
            raise (ValueError if self._mode == "circular" else NotImplementedError)(f"padding of {input.ndim}D input")
        return F["pad"](input, self.padding, self._mode)


class _ConstantPad(_Pad):
    def __init__(self, padding, value):
        super().__init__(padding)
        self.value = value


class _Pool(Options):
    _call = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.stride is None:
            self.stride = self.kernel_size

    def forward(self, input):
        return F[self._call](input, **{name: getattr(self, name) for name in self._names})


class _AdaptivePool(Options):
    def forward(self, input):
        return F[self._call](input, self.output_size, **({"return_indices": True} if self.return_indices else {}))


for _count in (1, 2, 3):
    for _kind, _mode in {"Zero": "constant", "Reflection": "reflect", "Replication": "replicate", "Circular": "circular"}.items():
        define(LAYERS, f"{_kind}Pad{_count}d", (_Pad,), _count=_count, _mode=_mode)
    define(LAYERS, f"ConstantPad{_count}d", (_ConstantPad,), _count=_count)
    define(LAYERS, f"MaxPool{_count}d", (_Pool,), "kernel_size stride padding dilation return_indices ceil_mode",
           (REQUIRED, None, 0, 1, False, False), _call=f"max_pool{_count}d")
    define(LAYERS, f"AvgPool{_count}d", (_Pool,),
           "kernel_size stride padding ceil_mode count_include_pad" + " divisor_override" * (_count > 1),
           (REQUIRED, None, 0, False, True, None), _call=f"avg_pool{_count}d")
    define(LAYERS, f"LPPool{_count}d", (_Pool,), "norm_type kernel_size stride ceil_mode", (REQUIRED, REQUIRED, None, False),
           _call=f"lp_pool{_count}d")
    define(LAYERS, f"AdaptiveMaxPool{_count}d", (_AdaptivePool,), "output_size return_indices", (REQUIRED, False),
           _call=f"adaptive_max_pool{_count}d")
    define(LAYERS, f"AdaptiveAvgPool{_count}d", (_AdaptivePool,), "output_size", (REQUIRED,), return_indices=False,
           _call=f"adaptive_avg_pool{_count}d")
