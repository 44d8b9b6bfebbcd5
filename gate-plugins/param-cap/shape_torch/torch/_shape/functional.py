"""torch.nn.functional by shapes."""

from . import dtypes
from .cost import COST
from .pointwise import combined, floating, wrote
from .registry import FUNCTIONS
from .tensor import Tensor, broadcast, result, wrap_dim
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
        return wrote(input) if inplace else same(input)

    operation.__name__ = name
    F[name] = operation


for _name in """relu relu6 elu selu celu gelu silu mish leaky_relu softplus softsign hardtanh hardswish hardsigmoid logsigmoid
tanhshrink softshrink hardshrink threshold rrelu sigmoid tanh batch_norm instance_norm group_norm local_response_norm""".split():
    _like_input(_name)
for _name in ("relu_", "leaky_relu_", "elu_"):
    F[_name] = lambda input, *args, **kwargs: wrote(input)


def _dropout(input, p=0.5, training=True, inplace=False):
    if not isinstance(input, Tensor):
        raise TypeError(f"dropout(): argument 'input' must be Tensor, not {type(input).__name__}")
    return input if not training or p == 0 else wrote(input) if inplace else same(input)


for _name in "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout".split():
    F[_name] = _dropout


def _softmax(input, dim=None, _stacklevel=3, dtype=None):
    wrap_dim(-1 if dim is None else dim, input.ndim)
    return same(input, dtype or floating(input._dtype))


F["softmax"] = F["log_softmax"] = F["softmin"] = _softmax


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
    if input._dtype is not weight._dtype:
        raise Undecided(f"linear of {input._dtype} with weights of {weight._dtype}")
    COST.products(*input._shape, *weight._shape[:-1])
    return result(input._shape[:-1] + tuple(weight._shape[:-1]), input, inputs=(input, weight, bias))


@f
def bilinear(input1, input2, weight, bias=None):
    if (input1._shape[-1], input2._shape[-1]) != tuple(weight._shape[1:]):
        raise RuntimeError("bilinear(): sizes do not match the weight")
    return result(input1._shape[:-1] + (weight._shape[0],), input1, inputs=(input1, input2, weight))


@f
def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False):
    if input._dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError(f"Expected tensor for argument #1 'indices' to have Long or Int type; got {input._dtype}")
    return result(input._shape + tuple(weight._shape[1:]), weight)


@f
def embedding_bag(input, weight, offsets=None, *args, **kwargs):
    rows = input._shape[0] if offsets is None else offsets._shape[0]
    return result((rows, weight._shape[1]), weight)


@f
def one_hot(tensor, num_classes=-1):
    if num_classes == -1:
        raise Undecided("one_hot without num_classes depends on data")
    return result(tensor._shape + (num_classes,), tensor)


@f
def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    tail = tuple(normalized_shape)
    if tuple(input._shape[-len(tail) :]) != tail:
        raise RuntimeError(f"Given normalized_shape={list(tail)}, expected input with shape [*, {tail}]")
    return result(input._shape, input, inputs=(input, weight, bias))


F["rms_norm"] = lambda input, normalized_shape, weight=None, eps=None: layer_norm(input, normalized_shape, weight)


@f
def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None,
                                 enable_gqa=False):
    if query._shape[-1] != key._shape[-1] or key._shape[-2] != value._shape[-2]:
        raise RuntimeError("scaled_dot_product_attention: sizes of query, key and value do not fit")
    a, b = tuple(query._shape[:-2]), tuple(value._shape[:-2])
    if enable_gqa and len(a) and len(b) and b[-1] and a[-1] % b[-1] == 0:
        b = b[:-1] + (a[-1],)
    shape = (*broadcast(a, b), query._shape[-2], value._shape[-1])
    COST.products(*shape[:-1], key._shape[-2], query._shape[-1] + value._shape[-1])
    return result(shape, query, inputs=(query, key, value))


@f
def glu(input, dim=-1):
    dim = wrap_dim(dim, input.ndim)
    if input._shape[dim] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {dim} is size {input._shape[dim]}")
    return result(input._shape[:dim] + (input._shape[dim] // 2,) + input._shape[dim + 1 :], input)


@f
def prelu(input, weight):
    return result(input._shape, input, inputs=(input, weight))


@f
def pad(input, pad, mode="constant", value=None):
    pad = list(pad)
    if len(pad) % 2 or len(pad) // 2 > input.ndim:
        raise RuntimeError("Padding length must be divisible by 2 and at most twice the number of dimensions")
    shape = list(input._shape)
    for at in range(len(pad) // 2):
        place = input.ndim - 1 - at
        shape[place] += pad[2 * at] + pad[2 * at + 1]
        if shape[place] < 0:
            raise RuntimeError("negative padding leaves nothing")
    return result(shape, input)


# Losses.


def _loss(name):
    def operation(input, target, *args, reduction="mean", reduce=None, size_average=None, **kwargs):
        return combined((input, target), floating(input._dtype)) if reduction == "none" else result((), input)

    operation.__name__ = name
    F[name] = operation


for _name in """mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy binary_cross_entropy_with_logits kl_div
poisson_nll_loss soft_margin_loss""".split():
    _loss(_name)


@f
def cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean",
                  label_smoothing=0.0):
    if input.ndim == target.ndim:
        shape = input._shape[:1] + input._shape[2:] if input.ndim > 1 else ()
    else:
        shape = input._shape[:1] + input._shape[2:] if input.ndim > 1 else ()
        if tuple(shape) != tuple(target._shape):
            raise ValueError(f"Expected target size {list(shape)}, got {list(target._shape)}")
    return result(shape if reduction == "none" else (), input)


F["nll_loss"] = cross_entropy


@f
def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    shape = broadcast(x1._shape, x2._shape)
    dim = wrap_dim(dim, len(shape))
    return result(shape[:dim] + shape[dim + 1 :], x1, inputs=(x1, x2))


FUNCTIONS["cosine_similarity"] = cosine_similarity


@f
def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    shape = broadcast(x1._shape, x2._shape)
    return result(shape[:-1] + ((1,) if keepdim else ()), x1)


# Convolution and pooling.


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
        if input._shape[-count - 1] != weight._shape[1] * groups:
            raise RuntimeError(f"conv{count}d: the input has {input._shape[-count - 1]} channels, "
                               f"the weight wants {weight._shape[1] * groups}")
        sizes = conv_sizes(input._shape[-count:], weight._shape[2:], stride, padding, dilation)
        shape = input._shape[: -count - 1] + (weight._shape[0],) + sizes
        COST.products(*shape, *weight._shape[1:])
        return result(shape, input, inputs=(input, weight, bias))

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


def _pool(count):
    def pool(input, kernel_size, stride=None, padding=0, *args, ceil_mode=False, dilation=1, **kwargs):
        if ceil_mode or args or kwargs.get("return_indices"):
            raise Undecided("pooling with ceil_mode, dilation or indices")
        kernel = several(kernel_size, count)
        sizes = conv_sizes(input._shape[-count:], kernel, kernel if stride is None else stride, padding, dilation)
        return result(input._shape[:-count] + sizes, input)

    def adaptive(input, output_size, return_indices=False):
        sizes = tuple(have if want is None else want
                      for want, have in zip(several(output_size, count), input._shape[-count:]))
        return result(input._shape[:-count] + sizes, input)

    F[f"max_pool{count}d"] = F[f"avg_pool{count}d"] = pool
    F[f"adaptive_max_pool{count}d"] = F[f"adaptive_avg_pool{count}d"] = adaptive


for _count in (1, 2, 3):
    _conv(_count)
    _pool(_count)


@f
def interpolate(input, size=None, scale_factor=None, mode="nearest", **kwargs):
    count = input.ndim - 2
    if size is not None:
        sizes = several(size, count)
    else:
        sizes = tuple(int(have * scale) for have, scale in zip(input._shape[2:], several(scale_factor, count)))
    return result(input._shape[:2] + sizes, input)


F["upsample"] = interpolate


@f
def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    kernel = several(kernel_size, 2)
    sizes = conv_sizes(input._shape[-2:], kernel, stride, padding, dilation)
    block = input._shape[-3] * kernel[0] * kernel[1]
    return result(input._shape[:-3] + (block, sizes[0] * sizes[1]), input)


@f
def pixel_shuffle(input, upscale_factor):
    *head, channels, rows, columns = input._shape
    r = upscale_factor
    return result((*head, channels // (r * r), rows * r, columns * r), input)


for _name in ("relu", "softmax", "log_softmax", "dropout", "layer_norm", "rms_norm", "group_norm", "batch_norm", "embedding",
              "bilinear", "prelu", "celu", "selu", "rrelu", "threshold", "pixel_shuffle", "pairwise_distance"):
    FUNCTIONS.setdefault(_name, F[_name])
