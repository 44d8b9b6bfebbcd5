"""torch.backends: switches that change no shape."""

from ._shape.undecided import Undecided


class _Switches:
    """Settings of one backend, as plain attributes."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise Undecided(f"torch.backends...{name} is not known to the shape-only torch")


def _nothing(*args, **kwargs):
    return None


cudnn = _Switches(benchmark=False, deterministic=True, enabled=True, allow_tf32=True, is_available=lambda: False)
cuda = _Switches(
    matmul=_Switches(allow_tf32=False, allow_fp16_reduced_precision_reduction=True,
                     allow_bf16_reduced_precision_reduction=True),
    enable_flash_sdp=_nothing, enable_mem_efficient_sdp=_nothing, enable_math_sdp=_nothing, enable_cudnn_sdp=_nothing)
mps = _Switches(is_available=lambda: False, is_built=lambda: False)
