"""Lazy layers: the first forward, or a loaded state, decides their sizes."""

from ..parameter import UninitializedBuffer, UninitializedParameter, is_lazy
from .layers import LAYERS as DEFINED, Linear, empty, functional


class LazyModuleMixin:
    """Turns into `cls_to_become` once `initialize_parameters` has given every parameter its shape."""

    cls_to_become = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._load_hook = self._register_load_state_dict_pre_hook(self._lazy_load_hook)
        self._initialize_hook = self.register_forward_pre_hook(self._infer_parameters, with_kwargs=True)

    def initialize_parameters(self, *args, **kwargs):
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def has_uninitialized_params(self):
        return any(is_lazy(one) for one in (*self._parameters.values(), *self._buffers.values()))

    def _lazy_load_hook(self, state_dict, prefix, *rest):
        for name, value in (*self._parameters.items(), *self._buffers.items()):
            new = state_dict.get(prefix + name)
            if new is not None and is_lazy(value) and not is_lazy(new):
                value.materialize(new.shape)

    def _infer_parameters(self, module, args, kwargs=None):
        module.initialize_parameters(*args, **(kwargs or {}))
        if module.has_uninitialized_params():
            raise RuntimeError(f"module {module._get_name()} has not been fully initialized")
        module._initialize_hook.remove()
        module._load_hook.remove()
        del module._initialize_hook, module._load_hook
        if module.cls_to_become is not None:
            module.__class__ = module.cls_to_become


class _LazyLayer(LazyModuleMixin):
    """torch's own: `_sizes` gives the shapes of what is lazy from the first input."""

    def reset_parameters(self):
        return None

    def _lazy(self, *names, dtype=None):
        for name in names:
            self.register_parameter(name, UninitializedParameter(dtype=dtype))

    def initialize_parameters(self, input):
        if self.has_uninitialized_params():
            shapes = self._sizes(input)
            for name, value in (*self._parameters.items(), *self._buffers.items()):
                if is_lazy(value):
                    value.materialize(shapes[name])


class LazyLinear(_LazyLayer, Linear):
    cls_to_become = Linear

    def __init__(self, out_features, bias=True, device=None, dtype=None):
        super().__init__(0, 0, False)
        self.out_features = out_features
        self._lazy("weight", *["bias"] * bias, dtype=dtype)

    def _sizes(self, input):
        self.in_features = input.shape[-1]
        return {"weight": (self.out_features, self.in_features), "bias": (self.out_features,)}


class _LazyConv(_LazyLayer):
    def __init__(self, out_channels, kernel_size, stride=1, padding=0, *args, **kwargs):
        super().__init__(0, 0, kernel_size, stride, padding, bias=False)
        # The order of the positional options is that of the class it becomes.
        names = "output_padding groups bias dilation padding_mode" if self._transposed else "dilation groups bias padding_mode"
        self._lay_out(out_channels, kernel_size, stride, padding, **dict(zip(names.split(), args)), **kwargs)

    def _lay_out(self, out_channels, kernel_size, stride, padding, bias=True, dilation=1, groups=1, padding_mode="zeros",
                 output_padding=0, device=None, dtype=None):
        if out_channels % groups:
            raise ValueError("out_channels must be divisible by groups")
        self._set(0, groups, kernel_size, stride, padding, dilation, groups, padding_mode)
        self.out_channels = out_channels
        if self._transposed:
            self.output_padding = functional.several(output_padding, self._count)
        self._lazy("weight", *["bias"] * bias, dtype=dtype)

    def _sizes(self, input):
        if input.ndim not in (self._count + 1, self._count + 2):
            raise RuntimeError(f"Expected {self._count + 1}D or {self._count + 2}D input, but got {input.ndim}D")
        self.in_channels = input.shape[-self._count - 1]
        if self.in_channels % self.groups:
            raise ValueError("in_channels must be divisible by groups")
        return {"weight": self._weight_shape(), "bias": (self.out_channels,)}


class _LazyNorm(_LazyLayer):
    def __init__(self, eps=1e-5, momentum=0.1, affine=None, track_running_stats=None, device=None, dtype=None):
        super().__init__(0, eps, momentum, False, False)
        batch = issubclass(self.cls_to_become, tuple(DEFINED[f"BatchNorm{count}d"] for count in (1, 2, 3)))
        self.affine = batch if affine is None else affine
        self.track_running_stats = batch if track_running_stats is None else track_running_stats
        if self.affine:
            self._lazy("weight", "bias", dtype=dtype)
        if self.track_running_stats:
            self.running_mean, self.running_var = UninitializedBuffer(), UninitializedBuffer()
            self.num_batches_tracked = empty((), functional.dtypes.int64)

    def _sizes(self, input):
        self.num_features = input.shape[1]
        return dict.fromkeys(("weight", "bias", "running_mean", "running_var"), (self.num_features,))


LAYERS = {"LazyLinear": LazyLinear}
for _count in (1, 2, 3):
    for _name, _base in {"Conv": _LazyConv, "ConvTranspose": _LazyConv, "BatchNorm": _LazyNorm, "InstanceNorm": _LazyNorm}.items():
        _full = DEFINED[f"{_name}{_count}d"]
        LAYERS[f"Lazy{_name}{_count}d"] = type(f"Lazy{_name}{_count}d", (_base, _full), {
            "__module__": __name__, "cls_to_become": _full})
