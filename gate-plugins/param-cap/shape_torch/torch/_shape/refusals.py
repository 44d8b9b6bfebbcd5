"""Element types that an operation refuses, and with which error, as torch's kernels do.

Kinds of types: b(ool), u(nsigned), i(nteger), f(loat), c(omplex).
"""

_MISSING, _WRONG = NotImplementedError, RuntimeError

_TABLE = """
missing c erf erfc erfinv lgamma digamma logit i0 sign signbit lt le gt ge less less_equal greater greater_equal xlogy copysign
missing c atan2 arctan2 clamp clip clamp_min clamp_max logaddexp2 amax amin median nanmedian mode kthvalue cummax cummin
missing c hardtanh threshold hypot nextafter softmax log_softmax relu max min
missing bc floor ceil round trunc fix fmod remainder floor_divide
missing b abs absolute pow median nanmedian kthvalue logaddexp logaddexp2 hypot nextafter
missing ui logaddexp logaddexp2 hypot nextafter
missing buic frac celu selu
missing bui softmax log_softmax logcumsumexp gelu silu mish logsigmoid softplus elu
missing fc bitwise_not bitwise_and bitwise_or bitwise_xor
missing bfc bitwise_left_shift bitwise_right_shift gcd lcm
wrong c deg2rad rad2deg isposinf isneginf maximum minimum fmax fmin argmax argmin nansum nanmean sort argsort topk heaviside
wrong b neg negative positive relu argmax argmin topk
wrong bui mean nanmean std var norm
missing bui lerp
"""

#: {operation: {kind: error class}}
REFUSED = {}
for _line in _TABLE.split("\n"):
    if _line:
        _how, _kinds, *_operations = _line.split()
        for _operation in _operations:
            for _kind in _kinds:
                REFUSED.setdefault(_operation, {})[_kind] = _MISSING if _how == "missing" else _WRONG

_NOTHING = {}


def of(name):
    """What an operation refuses: `{kind: error class}`."""
    return REFUSED.get(name, _NOTHING)


def check(name, element_type):
    """Raises torch's error when the operation has no kernel for the type."""
    error = REFUSED.get(name, _NOTHING).get(element_type._kind)
    if error is not None:
        raise error(f'"{name}" not implemented for {element_type}')
