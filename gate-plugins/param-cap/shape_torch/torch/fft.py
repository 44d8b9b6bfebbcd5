"""torch.fft by shapes."""

from . import _names
from ._shape.tensor import result, wrap_dim
from ._shape.undecided import missing


def _transform(change, of):
    def operation(input, n=None, dim=-1, norm=None, *, out=None):
        dim = wrap_dim(dim, input.ndim)
        size = change(input.shape[dim], n)
        shape = input.shape[:dim] + (size,) + input.shape[dim + 1 :]
        kind = input.dtype if input.dtype._kind in "fc" else None
        return result(shape, input, getattr(kind or result(shape, input).dtype, of)())

    return operation


fft = ifft = _transform(lambda size, n: size if n is None else n, "to_complex")
rfft = _transform(lambda size, n: (size if n is None else n) // 2 + 1, "to_complex")
irfft = _transform(lambda size, n: 2 * (size - 1) if n is None else n, "to_real")


def fft2(input, s=None, dim=(-2, -1), norm=None):
    if s is not None:
        return __getattr__("fft2")
    return result(input.shape, input, input.dtype.to_complex())


ifft2 = fft2
fftn = ifftn = lambda input, s=None, dim=None, norm=None: fft2(input, s)


def fftshift(input, dim=None):
    return result(input.shape, input)


ifftshift = fftshift


def fftfreq(n, d=1.0, *, dtype=None, device=None, **kwargs):
    from ._shape.registry import FUNCTIONS

    return FUNCTIONS["empty"](n, dtype=dtype, device=device)


def rfftfreq(n, d=1.0, *, dtype=None, device=None, **kwargs):
    return fftfreq(n // 2 + 1, dtype=dtype, device=device)


__getattr__ = missing("torch.fft", _names.MODULES["torch.fft"])
