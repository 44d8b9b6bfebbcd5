"""Other element types and devices."""

from . import dtypes, strides
from .registry import METHODS, method
from .tensor import Tensor, result
from .undecided import Undecided


@method
def to(input, *args, **kwargs):
    of, where = kwargs.get("dtype"), kwargs.get("device")
    for one in args:
        if isinstance(one, dtypes.dtype):
            of = one
        elif isinstance(one, Tensor):
            of, where = one._dtype, one._device
        elif isinstance(one, (str, dtypes.device)) or (isinstance(one, int) and not isinstance(one, bool)):
            where = one
    of = input._dtype if of is None else of
    device = dtypes.place(where) or input._device
    if of is input._dtype and device == input._device and not kwargs.get("copy"):
        return input
    if input.is_meta and device.type != "meta":
        raise NotImplementedError("Cannot copy out of meta tensor; no data! Please use torch.nn.Module.to_empty() instead")
    got = result(input._shape, input, of)
    got._device, got._layout = device, strides.preserved(input)
    return got


def _cast(name):
    return lambda self, *args, **kwargs: to(self, dtypes.NAMES[name])


for _name in ("float", "double", "half", "bfloat16", "long", "int", "short", "bool", "cfloat", "cdouble"):
    METHODS[_name] = _cast(_name)
METHODS["char"], METHODS["byte"] = _cast("int8"), _cast("uint8")
METHODS["cpu"] = lambda self, *args, **kwargs: to(self, "cpu")
METHODS["cuda"] = lambda self, device="cuda", *args, **kwargs: to(self, "cuda" if device is None else device)


_LEGACY = {"FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16", "BFloat16Tensor": "bfloat16",
           "LongTensor": "int64", "IntTensor": "int32", "ShortTensor": "int16", "CharTensor": "int8", "ByteTensor": "uint8",
           "BoolTensor": "bool"}


@method
def type_(input, dtype=None, non_blocking=False):
    if isinstance(dtype, dtypes.dtype):
        return to(input, dtype)
    if isinstance(dtype, str) and dtype.removeprefix("torch.") in _LEGACY:
        return to(input, dtypes.NAMES[_LEGACY[dtype.removeprefix("torch.")]])
    if dtype is None and not input.is_cuda:
        for name, of in _LEGACY.items():
            if dtypes.NAMES[of] is input._dtype:
                return f"torch.{name}"
    raise Undecided("Tensor.type() with this argument")
