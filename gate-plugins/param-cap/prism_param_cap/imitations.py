"""Modules of the standard library that a bundle gets in another form: no clock, no entropy, no output."""

import random as _random
import types

from torch._shape.undecided import Undecided


class SeededRandom(_random.Random):
    """`random.Random` that never asks the system for entropy."""

    def __new__(cls, x=None):
        return super().__new__(cls, 0)

    def __init__(self, x=None):
        if x is None:
            raise Undecided("random.Random() without a seed")
        super().__init__(x)

    def seed(self, a=None, version=2):
        if a is None:
            raise Undecided("random.seed() without a seed")
        super().seed(a, version)


class SystemRandom:
    def __init__(self, *args):
        raise Undecided("random.SystemRandom")


def _module(name, **contents):
    module = types.ModuleType(name)
    module.__dict__.update(contents)
    return module


def random(seed):
    """The module `random` under the forced seed."""
    source = SeededRandom(seed)
    names = """seed getstate setstate getrandbits randbytes randrange randint choice choices shuffle sample random uniform
    triangular betavariate expovariate gammavariate gauss lognormvariate normalvariate vonmisesvariate paretovariate
    weibullvariate""".split()
    return _module("random", Random=SeededRandom, SystemRandom=SystemRandom,
                   **{name: getattr(source, name) for name in names})


def _no_clock(*args):
    raise Undecided("the time decides what happens")


def time():
    return _module("time", **dict.fromkeys(
        "time time_ns perf_counter perf_counter_ns monotonic monotonic_ns process_time sleep strftime localtime gmtime".split(),
        _no_clock))


def _nothing(*args, **kwargs):
    return None


class _CatchWarnings:
    def __init__(self, *, record=False, **kwargs):
        self._record = record

    def __enter__(self):
        return [] if self._record else None

    def __exit__(self, *exc):
        return False


def warnings():
    return _module("warnings", warn=_nothing, warn_explicit=_nothing, simplefilter=_nothing, filterwarnings=_nothing,
                   resetwarnings=_nothing, catch_warnings=_CatchWarnings)


class Logger:
    """Takes every line and keeps none."""

    propagate = True
    handlers = ()

    def __init__(self, name="root"):
        self.name = name
        self.level = 0

    def isEnabledFor(self, level):
        return level >= WARNING

    def getEffectiveLevel(self):
        return self.level or WARNING

    def setLevel(self, level):
        self.level = level

    def hasHandlers(self):
        return False

    def getChild(self, suffix):
        return Logger(f"{self.name}.{suffix}")

    debug = info = warning = warn = error = exception = critical = log = addHandler = removeHandler = addFilter = _nothing


DEBUG, INFO, WARNING, ERROR, CRITICAL = 10, 20, 30, 40, 50


def logging():
    def no_handler(*args, **kwargs):
        raise Undecided("a logging handler")

    root = Logger()
    return _module(
        "logging", Logger=Logger, getLogger=lambda name=None: Logger(name) if name else root, basicConfig=_nothing,
        NOTSET=0, DEBUG=DEBUG, INFO=INFO, WARNING=WARNING, WARN=WARNING, ERROR=ERROR, CRITICAL=CRITICAL, FATAL=CRITICAL,
        NullHandler=Logger, StreamHandler=no_handler, FileHandler=no_handler, Formatter=no_handler,
        debug=_nothing, info=_nothing, warning=_nothing, error=_nothing, exception=_nothing, critical=_nothing,
        disable=_nothing, captureWarnings=_nothing)
