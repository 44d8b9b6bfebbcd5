"""torch.nn.functional by shapes."""

from . import dtypes, refusals
from .cost import COST
from .pointwise import wrote
from .products import product_type
from .registry import FUNCTIONS
from .tensor import UNKNOWN, Tensor, broadcast, result, wrap_dim
from .undecided import Undecided

F = {}


def f(target):
    F[target.__name__.rstrip("_")] = target
    return target


def same(input, of=None):
    return result(input._shape, input, of)


def _like_input(name):
    def operation(input, *args, inplace=False, **kwargs):
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}(): argument 'input' must be Tensor, not {type(input).__name__}")
        refusals.check(name, input._dtype)
        return wrote(input) if inplace else same(input)

    operation.__name__ = name
    F[name] = operation


for _name in """relu relu6 elu selu celu gelu silu mish leaky_relu softplus softsign hardtanh hardswish hardsigmoid logsigmoid
tanhshrink softshrink hardshrink threshold rrelu local_response_norm""".split():
    _like_input(_name)
for _name in ("relu_", "leaky_relu_", "elu_"):
    F[_name] = lambda input, *args, **kwargs: wrote(input)


def _softmax(input, dim=None, _stacklevel=3, dtype=None):
    return FUNCTIONS["softmax"](input, dim, dtype)


F["softmax"] = F["log_softmax"] = F["softmin"] = _softmax
F["sigmoid"], F["tanh"] = FUNCTIONS["sigmoid"], FUNCTIONS["tanh"]


def _dropout(input, p=0.5, training=True, inplace=False):
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    return input if not training or not p else wrote(input) if inplace else same(input)


for _name in ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"):
    F[_name] = _dropout


def _channels(input, *tables):
    """Tables of a normalisation: one value a channel."""
    for one in tables:
        if one is not None and one.numel() != input._shape[1]:
            raise RuntimeError(f"a table of {one.numel()} values does not fit {input._shape[1]} channels")
    return result(input._shape, input, inputs=(input, *tables))


@f
def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    return _channels(input, running_mean, running_var, weight, bias)


@f
def instance_norm(input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1,
                  eps=1e-5):
    return _channels(input, running_mean, running_var, weight, bias)


@f
def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    if input.ndim < 2 or input._shape[1] % num_groups:
        raise RuntimeError("Expected number of channels in input to be divisible by num_groups")
    return _channels(input, weight, bias)


@f
def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    return same(logits)


@f
def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    wrap_dim(dim, input.ndim)
    return same(input)


@f
def linear(input, weight, bias=None):
    if not input._shape or input._shape[-1] != weight._shape[-1]:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({list(input._shape)} and {list(weight._shape)})")
    if bias is not None:
        broadcast(input._shape[:-1] + tuple(weight._shape[:-1]), bias._shape)
    COST.products(*input._shape, *weight._shape[:-1])
    return result(input._shape[:-1] + tuple(weight._shape[:-1]), input, product_type(input, weight, bias),
                  (input, weight, bias))


@f
def bilinear(input1, input2, weight, bias=None):
    if (input1._shape[-1], input2._shape[-1]) != tuple(weight._shape[1:]):
        raise RuntimeError("bilinear(): sizes do not match the weight")
    if input1._shape[:-1] != input2._shape[:-1]:
        raise RuntimeError("bilinear(): input batch dimensions do not match")
    return result(input1._shape[:-1] + (weight._shape[0],), input1, inputs=(input1, input2, weight))


@f
def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False):
    if input._dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError(f"Expected tensor for argument #1 'indices' to have Long or Int type; got {input._dtype}")
    if weight.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    return result(input._shape + tuple(weight._shape[1:]), weight)


@f
def embedding_bag(input, weight, offsets=None, *args, **kwargs):
    if (input.ndim == 2) == (offsets is not None):
        raise ValueError("embedding_bag takes a 2-D input without offsets, or a 1-D input with them")
    rows = input._shape[0] if offsets is None else offsets._shape[0]
    return result((rows, weight._shape[1]), weight)


@f
def one_hot(tensor, num_classes=-1):
    if tensor._dtype is not dtypes.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor")
    if num_classes == -1:
        raise Undecided("one_hot without num_classes depends on data")
    return result(tensor._shape + (num_classes,), tensor)


@f
def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    tail = tuple(normalized_shape)
    if tuple(input._shape[-len(tail) :]) != tail:
        raise RuntimeError(f"Given normalized_shape={list(tail)}, expected input with shape [*, {tail}]")
    if any(one is not None and tuple(one._shape) != tail for one in (weight, bias)):
        raise RuntimeError(f"Expected weight and bias to be of same shape as normalized_shape {list(tail)}")
    if input._dtype._kind not in "fc":
        raise NotImplementedError(f"\"LayerNormKernelImpl\" not implemented for {input._dtype}")
    return result(input._shape, input, inputs=(input, weight, bias))


F["rms_norm"] = lambda input, normalized_shape, weight=None, eps=None: layer_norm(input, normalized_shape, weight)


@f
def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None,
                                 enable_gqa=False):
    if query._shape[-1] != key._shape[-1]:
        raise RuntimeError("scaled_dot_product_attention: sizes of query and key do not fit")
    if attn_mask is not None:
        scores = tuple(query._shape[:-1]) + (key._shape[-2],)
        if broadcast(attn_mask._shape, scores) != scores:
            raise RuntimeError("scaled_dot_product_attention: the mask does not fit")
    a, b = tuple(query._shape[:-2]), tuple(value._shape[:-2])
    if enable_gqa and len(a) and len(b) and b[-1] and a[-1] % b[-1] == 0:
        b = b[:-1] + (a[-1],)
    shape = (*broadcast(a, b), query._shape[-2], value._shape[-1])
    COST.products(*shape[:-1], key._shape[-2], query._shape[-1] + value._shape[-1])
    got = result(shape, query, product_type(query, key, value), (query, key, value))
    got._layout = UNKNOWN  # it depends on the kernel
    return got


@f
def glu(input, dim=-1):
    dim = wrap_dim(dim, input.ndim)
    if input._shape[dim] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {dim} is size {input._shape[dim]}")
    return result(input._shape[:dim] + (input._shape[dim] // 2,) + input._shape[dim + 1 :], input)


@f
def prelu(input, weight):
    if weight.numel() != 1 and (input.ndim < 2 or weight.numel() != input._shape[1]):
        raise RuntimeError(f"Mismatch of parameter numbers and input channel size, {weight.numel()} parameters")
    return result(input._shape, input, inputs=(input, weight))


# Convolution.


def several(value, count):
    if isinstance(value, (tuple, list)):
        return tuple(value) if len(value) == count else tuple(value) * count
    return (value,) * count


def conv_sizes(sizes, kernel, stride, padding, dilation):
    count = len(sizes)
    stride, dilation = several(stride, count), several(dilation, count)
    if padding == "same":
        return tuple(sizes)
    padding = (0,) * count if padding == "valid" else several(padding, count)
    out = []
    for size, k, s, p, d in zip(sizes, kernel, stride, padding, dilation):
        got = (size + 2 * p - d * (k - 1) - 1) // s + 1
        if got <= 0:
            raise RuntimeError("Calculated padded input size per channel is smaller than the kernel")
        out.append(got)
    return tuple(out)


def _conv(count):
    def operation(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        if input.ndim not in (count + 1, count + 2):
            raise RuntimeError(f"Expected {count + 1}D or {count + 2}D input to conv{count}d, got {input.ndim}D")
        if weight._shape[0] % groups or bias is not None and tuple(bias._shape) != (weight._shape[0],):
            raise RuntimeError(f"conv{count}d: the groups or the bias do not fit {weight._shape[0]} output channels")
        if padding == "same" and any(one != 1 for one in several(stride, count)):
            raise RuntimeError("padding='same' is not supported for strided convolutions")
        if input._shape[-count - 1] != weight._shape[1] * groups:
            raise RuntimeError(f"conv{count}d: the input has {input._shape[-count - 1]} channels, "
                               f"the weight wants {weight._shape[1] * groups}")
        sizes = conv_sizes(input._shape[-count:], weight._shape[2:], stride, padding, dilation)
        shape = input._shape[: -count - 1] + (weight._shape[0],) + sizes
        COST.products(*shape, *weight._shape[1:])
        return result(shape, input, product_type(input, weight, bias), (input, weight, bias))

    def transposed(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        if input._shape[-count - 1] != weight._shape[0]:
            raise RuntimeError(f"conv_transpose{count}d: the channels of input and weight do not fit")
        parts = zip(input._shape[-count:], weight._shape[2:], several(stride, count), several(padding, count),
                    several(output_padding, count), several(dilation, count))
        sizes = tuple((size - 1) * s - 2 * p + d * (k - 1) + o + 1 for size, k, s, p, o, d in parts)
        COST.products(*input._shape, *weight._shape[1:])
        return result(input._shape[: -count - 1] + (weight._shape[1] * groups,) + sizes, input,
                      inputs=(input, weight, bias))

    F[f"conv{count}d"] = FUNCTIONS[f"conv{count}d"] = operation
    F[f"conv_transpose{count}d"] = FUNCTIONS[f"conv_transpose{count}d"] = transposed


for _count in (1, 2, 3):
    _conv(_count)
