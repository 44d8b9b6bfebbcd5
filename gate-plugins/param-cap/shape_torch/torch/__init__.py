"""A `torch` of shapes only: enough of its face to build a model and send one batch of shapes through it.

Tensors hold no data, so an embedding of a billion rows costs as much as one of ten. What would need data, or
is not imitated, raises `Undecided` and is never guessed. Names that real torch does not have raise what they raise there.
"""

from math import e, inf, nan, pi  # noqa: F401

from . import _names, _version
from ._shape import (
    casts, combine, create, decompositions, dtypes, functional, indexing, losses, pointwise, products, reduce, registry, spatial,
    views,
)
from ._shape import tensor as _tensor
from ._shape.dtypes import (
    Size, can_cast, device, dtype, finfo, iinfo, layout, memory_format, promote_types, set_default_device, set_default_dtype,
)
from ._shape.tensor import STRIDED as strided
from ._shape.tensor import Tensor, result_type as _result_type
from ._shape.undecided import Undecided as _Undecided
from ._shape.undecided import missing as _missing

__version__ = _version.Version("2.11.0+cpu")

_tensor.REAL_NAMES = _names.TENSOR
pointwise.install_operators()
registry.install()
globals().update(registry.FUNCTIONS)
globals().update(dtypes.NAMES)

contiguous_format = dtypes.CONTIGUOUS_FORMAT
channels_last = memory_format("channels_last")
preserve_format = memory_format("preserve_format")
newaxis = None
get_default_dtype, get_default_device = dtypes.default_dtype, dtypes.default_device


def result_type(a, b):
    return _result_type((a, b))


def is_tensor(value):
    return isinstance(value, Tensor)


def is_floating_point(input):
    return input.is_floating_point()


def is_complex(input):
    return input.is_complex()


def numel(input):
    return input.numel()


def typename(value):
    return type(value).__name__


def _typed_tensor(name, of):
    class Legacy(type):
        def __call__(cls, *args):
            got = object.__new__(Tensor)
            got._device = dtypes.CPU
            _tensor.fill_from_legacy_arguments(got, args, of)
            return got

        def __instancecheck__(cls, value):
            return isinstance(value, Tensor) and value.dtype is of

    return Legacy(name, (), {})


FloatTensor = _typed_tensor("FloatTensor", dtypes.float32)
LongTensor = _typed_tensor("LongTensor", dtypes.int64)
IntTensor = _typed_tensor("IntTensor", dtypes.int32)
BoolTensor = _typed_tensor("BoolTensor", dtypes.bool_)
HalfTensor = _typed_tensor("HalfTensor", dtypes.float16)
DoubleTensor = _typed_tensor("DoubleTensor", dtypes.float64)
BFloat16Tensor = _typed_tensor("BFloat16Tensor", dtypes.bfloat16)
ShortTensor = _typed_tensor("ShortTensor", dtypes.int16)
CharTensor = _typed_tensor("CharTensor", dtypes.int8)
ByteTensor = _typed_tensor("ByteTensor", dtypes.uint8)

from ._shape.modes import (  # noqa: E402
    Generator,
    are_deterministic_algorithms_enabled,
    autocast,
    enable_grad,
    get_autocast_dtype,
    get_autocast_gpu_dtype,
    get_num_threads,
    get_rng_state,
    inference_mode,
    initial_seed,
    is_autocast_enabled,
    is_grad_enabled,
    is_inference_mode_enabled,
    manual_seed,
    no_grad,
    seed,
    set_float32_matmul_precision,
    get_float32_matmul_precision,
    set_grad_enabled,
    set_num_threads,
    set_printoptions,
    set_rng_state,
    use_deterministic_algorithms,
)


def compile(model=None, **kwargs):
    """The identity, as in the run."""
    return model if model is not None else lambda inner: inner


def save(*args, **kwargs):
    raise _Undecided("torch.save")


def load(*args, **kwargs):
    raise _Undecided("torch.load")


from . import (  # noqa: E402
    amp, autograd, backends, compiler, cuda, distributed, fft, func, jit, linalg, nn, optim, random, special, types, utils,
)
from .func import vmap  # noqa: E402,F401

globals().update(fft.TRANSFORMS)
from . import _submodules  # noqa: E402,F401

# Last, since an import of a submodule would ask it first.
__getattr__ = _missing("torch", _names.TORCH)
