"""Padding, pooling, resampling and rearranging of signals and images by shapes."""

from . import dtypes
from .functional import F, conv_sizes, f, several
from .registry import FUNCTIONS
from .tensor import result


@f
def pad(input, pad, mode="constant", value=None):
    pad = list(pad)
    if len(pad) % 2 or len(pad) // 2 > input.ndim:
        raise RuntimeError("Padding length must be divisible by 2 and at most twice the number of dimensions")
    if mode != "constant" and not len(pad) // 2 + 1 <= input.ndim <= len(pad) // 2 + 2:
        raise NotImplementedError("Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now")
    shape = list(input._shape)
    for at in range(len(pad) // 2):
        place = input.ndim - 1 - at
        around = pad[2 * at : 2 * at + 2]
        if mode == "reflect" and max(around) >= shape[place] or mode == "circular" and max(around) > shape[place]:
            raise RuntimeError(f"Padding size {around} should be less than the input dimension {shape[place]}")
        shape[place] += sum(around)
        if shape[place] < 0:
            raise RuntimeError("negative padding leaves nothing")
    return result(shape, input)


@f
def constant_pad_nd(input, pad, value=0):
    return F["pad"](input, pad)


FUNCTIONS["constant_pad_nd"] = F.pop("constant_pad_nd")


# Pooling.


def pooled_size(size, kernel, stride, padding, dilation, ceil_mode):
    if 2 * padding > dilation * (kernel - 1) + 1:
        raise RuntimeError("pad should be at most half of effective kernel size")
    reach = size + 2 * padding - dilation * (kernel - 1) - 1
    count = -(-reach // stride) + 1 if ceil_mode else reach // stride + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1  # the last window would start in the padding
    if count <= 0:
        raise RuntimeError("the output of the pooling would be too small")
    return count


def _pooled(input, count, kernel, stride, padding, dilation, ceil_mode):
    kernel = several(kernel, count)
    stride = several(stride, count) if stride not in (None, (), []) else kernel
    sizes = zip(input._shape[-count:], kernel, stride, several(padding, count), several(dilation, count))
    return input._shape[:-count] + tuple(pooled_size(*one, ceil_mode) for one in sizes)


def _pool(count):
    def maximum(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        shape = _pooled(input, count, kernel_size, stride, padding, dilation, ceil_mode)
        got = result(shape, input)
        return (got, result(shape, input, dtypes.int64)) if return_indices else got

    def average(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
        return result(_pooled(input, count, kernel_size, stride, padding, 1, ceil_mode), input)

    def power(input, norm_type, kernel_size, stride=None, ceil_mode=False):
        return result(_pooled(input, count, kernel_size, stride, 0, 1, ceil_mode), input)

    def adaptive(input, output_size, return_indices=False):
        sizes = tuple(have if want is None else want
                      for want, have in zip(several(output_size, count), input._shape[-count:]))
        got = result(input._shape[:-count] + sizes, input)
        return (got, result(got._shape, input, dtypes.int64)) if return_indices else got

    F[f"max_pool{count}d"], F[f"avg_pool{count}d"], F[f"lp_pool{count}d"] = maximum, average, power
    F[f"adaptive_max_pool{count}d"] = F[f"adaptive_avg_pool{count}d"] = adaptive
    FUNCTIONS[f"max_pool{count}d"] = maximum
    if count == 1:
        FUNCTIONS.update(avg_pool1d=average, adaptive_avg_pool1d=adaptive, adaptive_max_pool1d=adaptive)


for _count in (1, 2, 3):
    _pool(_count)


# Resampling and rearranging.


@f
def interpolate(input, size=None, scale_factor=None, mode="nearest", **kwargs):
    count = input.ndim - 2
    if (size is None) == (scale_factor is None):
        raise ValueError("only one of size or scale_factor should be defined")
    if count < 1:
        raise NotImplementedError(f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.ndim}D)")
    if size is not None:
        sizes = several(size, count)
    else:
        sizes = tuple(int(have * scale) for have, scale in zip(input._shape[2:], several(scale_factor, count)))
    return result(input._shape[:2] + sizes, input)


F["upsample"] = interpolate


@f
def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    return result(input._shape[:2] + grid._shape[1:-1], input, inputs=(input, grid))


@f
def affine_grid(theta, size, align_corners=None):
    return result((size[0], *size[2:], len(size) - 2), theta)


@f
def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    kernel = several(kernel_size, 2)
    sizes = conv_sizes(input._shape[-2:], kernel, stride, padding, dilation)
    block = input._shape[-3] * kernel[0] * kernel[1]
    return result(input._shape[:-3] + (block, sizes[0] * sizes[1]), input)


@f
def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    kernel, output = several(kernel_size, 2), several(output_size, 2)
    rows, columns = conv_sizes(output, kernel, stride, padding, dilation)
    if input._shape[-1] != rows * columns or input._shape[-2] % (kernel[0] * kernel[1]):
        raise RuntimeError(f"fold: {list(input._shape)} does not fit {rows} x {columns} blocks")
    return result(input._shape[:-2] + (input._shape[-2] // (kernel[0] * kernel[1]), *output), input)


@f
def pixel_shuffle(input, upscale_factor):
    *head, channels, rows, columns = input._shape
    r = upscale_factor
    if channels % (r * r):
        raise RuntimeError(f"pixel_shuffle expects its input's 'channel' dimension to be divisible by {r * r}")
    return result((*head, channels // (r * r), rows * r, columns * r), input)


@f
def pixel_unshuffle(input, downscale_factor):
    *head, channels, rows, columns = input._shape
    r = downscale_factor
    if rows % r or columns % r:
        raise RuntimeError(f"pixel_unshuffle expects height and width to be divisible by {r}")
    return result((*head, channels * r * r, rows // r, columns // r), input)


@f
def channel_shuffle(input, groups):
    if input._shape[1] % groups:
        raise RuntimeError("channel_shuffle: the channels must be divisible by the groups")
    return result(input._shape, input)


for _name in """pixel_shuffle pixel_unshuffle channel_shuffle relu softmax log_softmax dropout alpha_dropout
feature_alpha_dropout layer_norm rms_norm group_norm instance_norm batch_norm embedding embedding_bag bilinear prelu celu selu
rrelu threshold""".split():
    FUNCTIONS.setdefault(_name, F[_name])
