"""Keeps the interpreter away from what a component doesn't have.

In the component every WASI call traps, and a trap is a verdict about the host, not about the bundle. So nothing may look
for a file, print, or read the clock. `within` undoes it all, so that tests can run many bundles in one interpreter.
"""

import builtins
import contextlib
import gc
import sys
import warnings

from torch._shape.undecided import Undecided

#: Python frames a bundle may stack; CPython's own default. Deeper recursion is undecided.
RECURSION_LIMIT = 1000


_BUILTINS = vars(builtins)
_ORIGINALS = dict(_BUILTINS)


def repair():
    """Gives the builtins back their meaning, in case a bundle reached and changed them. Uses none of them."""
    _BUILTINS.update(_ORIGINALS)


class _Sink:
    """A standard stream that keeps nothing."""

    encoding = "utf-8"
    errors = "replace"

    def write(self, text):
        return len(text)

    def flush(self):
        return None

    def isatty(self):
        return False


class Refuser:
    """Last on the meta path: modules that are not in the snapshot can't be found."""

    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        if root in ("torch", "numpy"):
            raise Undecided(f"the module {name} is not imitated")
        if root in sys.stdlib_module_names:
            raise Undecided(f"the module {name} is not at hand in this gate")
        return None


def for_good():
    """For the component: done once, before the snapshot."""
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    sys.setrecursionlimit(RECURSION_LIMIT)
    sys.stdout = sys.stderr = _Sink()
    sys.meta_path[:] = [Refuser()]
    # An instance serves one evaluation, so garbage may stay. What the snapshot holds is never garbage: the one
    # collection that counting may need looks at the bundle's objects only.
    gc.collect()
    gc.freeze()
    gc.disable()


@contextlib.contextmanager
def within(finder, hidden):
    """While a bundle runs: its finder first, its modules forgotten afterwards, this gate's own out of its way."""
    meta_path, modules = list(sys.meta_path), dict(sys.modules)
    streams, limit = (sys.stdout, sys.stderr), sys.getrecursionlimit()
    sys.meta_path[:] = [finder, Refuser()]
    sys.stdout = sys.stderr = _Sink()
    sys.setrecursionlimit(RECURSION_LIMIT)
    for name in hidden:
        sys.modules.pop(name, None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        repair()
        sys.setrecursionlimit(limit)
        sys.stdout, sys.stderr = streams
        sys.meta_path[:] = meta_path
        sys.modules.clear()
        sys.modules.update(modules)
