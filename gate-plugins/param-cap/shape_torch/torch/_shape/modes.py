"""Modes and generators that a bundle may set: they have the form of torch's and change no shape."""

import functools
import inspect

from .dtypes import as_device, bfloat16, float16
from .tensor import MODE
from .undecided import Undecided


class _Mode:
    """A context manager that is a decorator as well."""

    def __call__(self, function):
        if inspect.isgeneratorfunction(function):
            raise Undecided("a grad mode around a generator")

        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            with self.__class__(*self._arguments):
                return function(*args, **kwargs)

        return wrapped

    _arguments = ()

    def __exit__(self, *exc):
        MODE.update(self._before.pop())
        return False

    def _enter(self, **changes):
        if not hasattr(self, "_before"):
            self._before = []
        self._before.append(dict(MODE))
        MODE.update(changes)


class no_grad(_Mode):
    def __new__(cls, function=None):
        self = object.__new__(cls)
        return self(function) if callable(function) else self

    def __enter__(self):
        self._enter(grad=False)


class enable_grad(no_grad):
    def __enter__(self):
        self._enter(grad=True)


class inference_mode(_Mode):
    def __new__(cls, mode=True):
        self = object.__new__(cls)
        if callable(mode):
            self._arguments = (True,)
            return self(mode)
        self._arguments = (mode,)
        return self

    def __enter__(self):
        on = self._arguments[0]
        self._enter(inference=on, grad=MODE["grad"] and not on)


class set_grad_enabled(_Mode):
    def __init__(self, mode):
        self._arguments = (mode,)
        self._before = [dict(MODE)]
        MODE["grad"] = bool(mode)

    def __enter__(self):
        return None


class autocast(_Mode):
    """Mixed precision: on the CPU products give the lower precision; elsewhere there are no tensors."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self._arguments = (device_type, dtype, enabled, cache_enabled)

    def __enter__(self):
        device_type, dtype, enabled, _ = self._arguments
        changes = {"autocast": (dtype or bfloat16) if enabled else None} if device_type == "cpu" else {}
        self._enter(**changes)
        return self


class Generator:
    """A generator whose numbers nobody knows."""

    def __init__(self, device="cpu"):
        self.device = as_device(device)
        self._seed = 67280421310721

    def manual_seed(self, seed):
        self._seed = seed
        return self

    def initial_seed(self):
        return self._seed

    def seed(self):
        raise Undecided("Generator.seed() is random")

    def get_state(self):
        return _State()

    def set_state(self, state):
        return self


class _State:
    """An opaque random state."""

    def clone(self):
        return self


_default_generator = Generator()


def manual_seed(seed):
    return _default_generator.manual_seed(seed)


def initial_seed():
    return _default_generator.initial_seed()


def seed():
    raise Undecided("torch.seed() is random")


def get_rng_state():
    return _default_generator.get_state()


def set_rng_state(state):
    return None


class fork_rng:
    """Keeps the random state; there is none here."""

    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return None

    def __exit__(self, *exc):
        return False


def is_grad_enabled():
    return MODE["grad"]


def is_inference_mode_enabled():
    return MODE["inference"]


def is_autocast_enabled(device_type="cuda"):
    return device_type == "cpu" and MODE["autocast"] is not None


def get_autocast_dtype(device_type):
    return (MODE["autocast"] or bfloat16) if device_type == "cpu" else float16


def get_autocast_gpu_dtype():
    return float16


def are_deterministic_algorithms_enabled():
    return True


def use_deterministic_algorithms(mode, *, warn_only=False):
    return None


def set_num_threads(count):
    return None


def get_num_threads():
    raise Undecided("torch.get_num_threads() depends on the machine")


def set_printoptions(**kwargs):
    return None


_precision = ["highest"]


def set_float32_matmul_precision(precision):
    _precision[0] = precision


def get_float32_matmul_precision():
    return _precision[0]
