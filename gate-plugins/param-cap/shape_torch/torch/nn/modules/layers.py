"""Linear maps, embeddings, convolutions, normalisation, and their lazy forms."""

from ..._shape import functional
from ..._shape.functional import F, several
from ..._shape.tensor import make, checked_shape, registered
from ..parameter import Parameter
from .module import Module


def empty(shape, dtype=None, device=None):
    return make(checked_shape(tuple(shape)), dtype, functional.dtypes.place(device))


def parameter(shape, dtype=None, device=None):
    if dtype is not None:
        return Parameter(empty(shape, dtype, device))
    made = make(checked_shape(tuple(shape)), None, None if device is None else functional.dtypes.as_device(device), Parameter)
    made._requires_grad = True
    return registered(made)


class Layer(Module):
    """A layer of torch's own: shapes stand in for numbers, so there is nothing to initialise."""

    def reset_parameters(self):
        return None

    def bias_or_none(self, wanted, shape, dtype=None, device=None, name="bias"):
        self.register_parameter(name, parameter(shape, dtype, device) if wanted else None)


class Identity(Module):
    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input):
        return input


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = parameter((out_features, in_features), dtype, device)
        self.bias_or_none(bias, (out_features,), dtype, device)

    def forward(self, input):
        return F["linear"](input, self.weight, self.bias)


class NonDynamicallyQuantizableLinear(Linear):
    pass


class Bilinear(Layer):
    def __init__(self, in1_features, in2_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = parameter((out_features, in1_features, in2_features), dtype, device)
        self.bias_or_none(bias, (out_features,), dtype, device)

    def forward(self, input1, input2):
        return F["bilinear"](input1, input2, self.weight, self.bias)


class Embedding(Layer):
    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0,
                 scale_grad_by_freq=False, sparse=False, _weight=None, _freeze=False, device=None, dtype=None):
        super().__init__()
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.max_norm, self.norm_type, self.scale_grad_by_freq = max_norm, norm_type, scale_grad_by_freq
        self.sparse = sparse
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError("Padding_idx must be within num_embeddings")
            self.padding_idx = padding_idx % num_embeddings
        if _weight is not None and tuple(_weight.shape) != (num_embeddings, embedding_dim):
            raise AssertionError("Shape of weight does not match num_embeddings and embedding_dim")
        source = empty((num_embeddings, embedding_dim), dtype, device) if _weight is None else _weight
        self.weight = Parameter(source, requires_grad=not _freeze)

    @classmethod
    def from_pretrained(cls, embeddings, freeze=True, padding_idx=None, **kwargs):
        rows, columns = embeddings.shape
        return cls(rows, columns, padding_idx, _weight=embeddings, _freeze=freeze, **kwargs)

    def forward(self, input):
        return F["embedding"](input, self.weight)


class EmbeddingBag(Layer):
    def __init__(self, num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode="mean",
                 sparse=False, _weight=None, include_last_offset=False, padding_idx=None, device=None, dtype=None):
        super().__init__()
        self.num_embeddings, self.embedding_dim, self.mode = num_embeddings, embedding_dim, mode
        self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse = max_norm, norm_type, scale_grad_by_freq, sparse
        self.include_last_offset, self.padding_idx = include_last_offset, padding_idx
        self.weight = parameter((num_embeddings, embedding_dim), dtype, device) if _weight is None else Parameter(_weight)

    @classmethod
    def from_pretrained(cls, embeddings, freeze=True, **kwargs):
        got = cls(*embeddings.shape, _weight=embeddings, **kwargs)
        got.weight.requires_grad = not freeze
        return got

    def forward(self, input, offsets=None, per_sample_weights=None):
        return F["embedding_bag"](input, self.weight, offsets)


class LayerNorm(Layer):
    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None):
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.bias_or_none(elementwise_affine, self.normalized_shape, dtype, device, "weight")
        self.bias_or_none(elementwise_affine and bias, self.normalized_shape, dtype, device)

    def forward(self, input):
        return F["layer_norm"](input, self.normalized_shape, self.weight, self.bias)


class RMSNorm(Layer):
    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None):
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.bias_or_none(elementwise_affine, self.normalized_shape, dtype, device, "weight")

    def forward(self, input):
        return F["rms_norm"](input, self.normalized_shape, self.weight)


class GroupNorm(Layer):
    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None):
        super().__init__()
        if num_channels % num_groups:
            raise ValueError("num_channels must be divisible by num_groups")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.bias_or_none(affine, (num_channels,), dtype, device, "weight")
        self.bias_or_none(affine, (num_channels,), dtype, device)

    def forward(self, input):
        return F["group_norm"](input, self.num_groups, self.weight, self.bias)


class _BatchNorm(Layer):
    _version = 2

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.bias_or_none(affine, (num_features,), dtype, device, "weight")
        self.bias_or_none(affine, (num_features,), dtype, device)
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, empty((num_features,), dtype, device) if track_running_stats else None)
        counter = empty((), functional.dtypes.int64, device) if track_running_stats else None
        self.register_buffer("num_batches_tracked", counter)

    def reset_running_stats(self):
        return None

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, *rest):
        if local_metadata.get("version") is None and self.num_batches_tracked is not None:
            # States from before version 2 have no counter.
            state_dict.setdefault(prefix + "num_batches_tracked", self.num_batches_tracked)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    #: Numbers of dimensions that the input may have.
    _dimensions = ()

    def _check_input_dim(self, input):
        if input.ndim not in self._dimensions:
            raise ValueError(f"expected {self._dimensions} dimensions (got {input.ndim}D input)")

    def forward(self, input):
        self._check_input_dim(input)
        return F["batch_norm"](input, self.running_mean, self.running_var, self.weight, self.bias)


class _InstanceNorm(_BatchNorm):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None):
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype)

    def forward(self, input):
        self._check_input_dim(input)
        if input.ndim < max(self._dimensions):
            return self.forward(input.unsqueeze(0)).squeeze(0)
        return F["instance_norm"](input, self.running_mean, self.running_var, self.weight, self.bias)


class _Conv(Layer):
    _count = 1
    _transposed = False

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 padding_mode="zeros", device=None, dtype=None):
        super().__init__()
        self._set(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, padding_mode)
        self.weight = parameter(self._weight_shape(), dtype, device)
        self.bias_or_none(bias, (out_channels,), dtype, device)

    def _set(self, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, padding_mode):
        if groups <= 0 or in_channels % groups or out_channels % groups:
            raise ValueError("in_channels and out_channels must be divisible by groups")
        count = self._count
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride = several(kernel_size, count), several(stride, count)
        self.padding = padding if isinstance(padding, str) else several(padding, count)
        self.dilation, self.padding_mode = several(dilation, count), padding_mode
        self.transposed, self.output_padding = self._transposed, (0,) * count
        if padding_mode not in ("zeros", "reflect", "replicate", "circular"):
            raise ValueError(f"padding_mode must be zeros, reflect, replicate or circular, got {padding_mode!r}")
        if padding not in ("same", "valid") and isinstance(padding, str):
            raise ValueError(f"Invalid padding string {padding!r}, should be 'same' or 'valid'")
        if padding == "same" and any(one != 1 for one in self.stride):
            raise ValueError("padding='same' is not supported for strided convolutions")
        self._reversed_padding_repeated_twice = self._around()

    def _around(self):
        """The padding as `F.pad` takes it: last dimension first, before and after."""
        if isinstance(self.padding, str):
            total = [d * (k - 1) if self.padding == "same" else 0 for d, k in zip(self.dilation, self.kernel_size)]
            return [side for one in reversed(total) for side in (one // 2, one - one // 2)]
        return [one for one in reversed(self.padding) for _ in range(2)]

    def _weight_shape(self):
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    def forward(self, input):
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input, weight, bias):
        padding = self.padding
        if self.padding_mode != "zeros":
            # torch pads first, and the convolution none.
            around = self._reversed_padding_repeated_twice
            input, padding = F["pad"](input, around, self.padding_mode), 0
        return F[f"conv{self._count}d"](input, weight, bias, self.stride, padding, self.dilation, self.groups)


class _ConvTranspose(_Conv):
    _transposed = True

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True,
                 dilation=1, padding_mode="zeros", device=None, dtype=None):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode,
                         device, dtype)
        self.output_padding = several(output_padding, self._count)

    def _weight_shape(self):
        return (self.in_channels, self.out_channels // self.groups, *self.kernel_size)

    def forward(self, input, output_size=None):
        extra = self.output_padding if output_size is None else self._output_padding(input, output_size)
        return F[f"conv_transpose{self._count}d"](input, self.weight, self.bias, self.stride, self.padding, extra, self.groups,
                                                  self.dilation)

    def _output_padding(self, input, output_size):
        """What must be added for the output to be of `output_size`."""
        out = []
        for at, want in enumerate(tuple(output_size)[-self._count :]):
            size, reach = input.shape[at - self._count], self.dilation[at] * (self.kernel_size[at] - 1)
            least = (size - 1) * self.stride[at] - 2 * self.padding[at] + reach + 1
            if not least <= want < least + self.stride[at]:
                raise ValueError(f"requested an output size of {output_size}, but valid sizes start at {least}")
            out.append(want - least)
        return tuple(out)


LAYERS = {}


def _define(name, bases, **fields):
    LAYERS[name] = type(name, bases, {"__module__": __name__, **fields})
    return LAYERS[name]


for _count in (1, 2, 3):
    _define(f"Conv{_count}d", (_Conv,), _count=_count)
    _define(f"ConvTranspose{_count}d", (_ConvTranspose,), _count=_count)
    _define(f"BatchNorm{_count}d", (_BatchNorm,), _dimensions=(2, 3) if _count == 1 else (_count + 2,))
    _define(f"InstanceNorm{_count}d", (_InstanceNorm,), _dimensions=(_count + 1, _count + 2))
_define("SyncBatchNorm", (_BatchNorm,), _dimensions=(2, 3, 4, 5))
for _class in (Linear, Bilinear, Embedding, EmbeddingBag, LayerNorm, RMSNorm, GroupNorm, Identity):
    LAYERS[_class.__name__] = _class
