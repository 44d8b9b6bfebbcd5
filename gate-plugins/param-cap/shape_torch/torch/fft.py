"""torch.fft by shapes."""

from . import _names
from ._shape.pointwise import floating
from ._shape.registry import FUNCTIONS
from ._shape.tensor import UNKNOWN, result, wrap_dim
from ._shape.undecided import missing


def _complex(input):
    return floating(input.dtype).to_complex()


def _sizes(input, n, dim):
    """One size changed: `(dim, its length, n)`."""
    dim = wrap_dim(dim, input.ndim)
    if n is not None and n < 1:
        raise RuntimeError(f"Invalid number of data points ({n}) specified")
    return dim, input.shape[dim], n


def _with(input, dim, size, of):
    got = result(input.shape[:dim] + (size,) + input.shape[dim + 1 :], input, of)
    got._layout = UNKNOWN
    return got


def _real_only(input):
    if input.dtype.is_complex:
        raise RuntimeError(f"the transform expects a real input tensor, but got {input.dtype}")


def fft(input, n=None, dim=-1, norm=None, *, out=None):
    dim, size, n = _sizes(input, n, dim)
    return _with(input, dim, size if n is None else n, _complex(input))


def rfft(input, n=None, dim=-1, norm=None, *, out=None):
    _real_only(input)
    dim, size, n = _sizes(input, n, dim)
    return _with(input, dim, (size if n is None else n) // 2 + 1, _complex(input))


def irfft(input, n=None, dim=-1, norm=None, *, out=None):
    dim, size, n = _sizes(input, n, dim)
    return _with(input, dim, 2 * (size - 1) if n is None else n, _complex(input).to_real())


ifft, hfft, ihfft = fft, irfft, rfft


def _several(last, first, default):
    """The transform of several dimensions: `last` over the last one, `first` over the others."""
    def operation(input, s=None, dim=default, norm=None, *, out=None):
        if dim is None:
            dim = tuple(range(input.ndim)) if s is None else tuple(range(-len(s), 0))
        sizes = (None,) * len(dim) if s is None else tuple(s)
        *before, (axis, size) = zip(dim, sizes)
        if last is rfft:
            input = last(input, size, axis)
        for one, other in before:
            input = first(input, other, one)
        return input if last is rfft else last(input, size, axis)

    return operation


fft2 = ifft2 = _several(fft, fft, (-2, -1))
fftn = ifftn = _several(fft, fft, None)
rfft2, rfftn = _several(rfft, fft, (-2, -1)), _several(rfft, fft, None)
irfft2, irfftn = _several(irfft, fft, (-2, -1)), _several(irfft, fft, None)


def fftshift(input, dim=None):
    return result(input.shape, input)


ifftshift = fftshift


def fftfreq(n, d=1.0, *, dtype=None, device=None, **kwargs):
    return FUNCTIONS["empty"](n, dtype=dtype, device=device)


def rfftfreq(n, d=1.0, *, dtype=None, device=None, **kwargs):
    return fftfreq(n // 2 + 1, dtype=dtype, device=device)


def _stft(input, n_fft, hop_length=None, win_length=None, window=None, center=True, pad_mode="reflect", normalized=False,
          onesided=None, return_complex=None, align_to_window=None):
    hop = n_fft // 4 if hop_length is None else hop_length
    length = input.shape[-1] + (n_fft // 2 * 2 if center else 0)
    rows = n_fft // 2 + 1 if onesided in (None, True) and not input.dtype.is_complex else n_fft
    shape = input.shape[:-1] + (rows, (length - n_fft) // hop + 1)
    return result(shape, input, _complex(input)) if return_complex else result(shape + (2,), input)


def _istft(input, n_fft, hop_length=None, win_length=None, window=None, center=True, normalized=False, onesided=None,
           length=None, return_complex=False):
    hop = n_fft // 4 if hop_length is None else hop_length
    full = n_fft + hop * (input.shape[-1] - 1) - (n_fft // 2 * 2 if center else 0)
    return result(input.shape[:-2] + (full if length is None else length,), input,
                  None if return_complex else input.dtype.to_real())


TRANSFORMS = {"stft": _stft, "istft": _istft}
__getattr__ = missing("torch.fft", _names.MODULES["torch.fft"])
