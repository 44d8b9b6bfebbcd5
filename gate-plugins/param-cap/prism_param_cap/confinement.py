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
        if root == "einops" or root in sys.stdlib_module_names:
            raise Undecided(f"the module {name} is not at hand in this gate")
        return None


def for_good():
    """For the component, before a rehearsal and the snapshot: nothing is written, imported from outside or warned about."""
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    sys.setrecursionlimit(RECURSION_LIMIT)
    sys.stdout = sys.stderr = _Sink()
    sys.meta_path[:] = [Refuser()]


def settle():
    """For the component, last before the snapshot: lays the heap out so that an evaluation touches few of its pages.

    Each page that an evaluation writes to is a page fault and a copy, which cost more than the work of a small bundle.
    """
    # An instance serves one evaluation, so garbage may stay. What the snapshot holds is never garbage: the one
    # collection that counting may need looks at the bundle's objects only.
    gc.collect()
    gc.freeze()
    gc.disable()
    # The small free pieces between the snapshot's objects are taken, never to be given back, so that a bundle's objects
    # lie side by side in the large ones. Taken means written to: the host maps a memory image only when it is dense.
    end = id(bytes(4 * _LARGE))
    large = _pieces(_LARGE, end)
    _taken.extend(_pieces(size, end) for size in _SMALL)
    del large


_taken = []
#: Bytes of a free piece that is left to the evaluations, and of those that are taken, largest first.
_LARGE = 65536
_SMALL = (32768, 16384, 8192, 4096, 2048, 1024, 512, 384, 256, 192, 128, 112, 96, 80, 64, 56, 48, 40, 32, 24, 16, 8, 2)


def _pieces(size, end):
    """Every piece of memory of this size below the address `end`, as a chain."""
    kept = None
    while True:
        piece = (b"\xff" * size, kept)
        if id(piece[0]) >= end:
            return kept
        kept = piece


@contextlib.contextmanager
def within(finder, hidden):
    """While a bundle runs: its finder first, its modules forgotten afterwards, this gate's own out of its way."""
    meta_path = list(sys.meta_path)
    streams, limit = (sys.stdout, sys.stderr), sys.getrecursionlimit()
    own = {name: sys.modules.pop(name) for name in hidden if name in sys.modules}
    sys.meta_path[:] = [finder, Refuser()]
    sys.stdout = sys.stderr = _Sink()
    sys.setrecursionlimit(RECURSION_LIMIT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        repair()
        sys.setrecursionlimit(limit)
        sys.stdout, sys.stderr = streams
        sys.meta_path[:] = meta_path
        for name in finder.found:
            sys.modules.pop(name, None)
        sys.modules.update(own)
