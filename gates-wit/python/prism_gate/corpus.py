"""Earlier submissions that resemble this one, through the host, and the min-hash sketches they are compared by.

The gate's world must be `corpus-gate` or `full-gate`; in any other, and in a test, `HostCorpus` finds no host. The hash
functions and the estimator are those of the Rust kit (`corpus/sketch.rs`), which explains them.
"""

import hashlib
from dataclasses import dataclass

try:
    from componentize_py_types import Err
    from wit_world.imports import corpus as _host
except ImportError:
    _host = None

#: Values of a sketch.
SKETCH_VALUES = 128

_MASK = 2**64 - 1


def _mix(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


_KEYS = tuple(_mix((i + 1) * 0x9E3779B97F4A7C15 & _MASK) for i in range(SKETCH_VALUES))


def feature(data):
    """A feature out of bytes: the first eight of their SHA-256, big-endian."""
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "big")


def sketch(features):
    """The sketch of a set of 64-bit features, or None when there is none."""
    mixed = [_mix(one & _MASK) for one in set(features)]
    return [min(_mix(key ^ one) for one in mixed) for key in _KEYS] if mixed else None


def similarity(one, other):
    """Share of equal values: an unbiased estimate of the Jaccard similarity of the two sets."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / SKETCH_VALUES


@dataclass(frozen=True)
class Fingerprint:
    """A sketch, the kind of features it is made of (with its version), and a note of 64 KiB at most."""

    scheme: str
    sketch: list[int]
    note: str = ""


@dataclass(frozen=True)
class Neighbour:
    """An earlier submission: its id, who submitted it, how similar it is, and the note that was kept with it."""

    submission: str
    hotkey: str
    similarity: float
    note: str


class CorpusError(Exception):
    """No answer. `kind` is `unavailable`, `malformed` or `budget-exhausted`; none is the bundle's fault."""

    def __init__(self, kind, why=""):
        super().__init__(f"{kind}: {why}" if why else kind)
        self.kind, self.why = kind, why


class HostCorpus:
    """The corpus behind the host's capability `corpus`."""

    def nearest(self, fingerprint, limit):
        """The earlier submissions that resemble it most, the most similar first; `CorpusError` when there is no answer."""
        if _host is None:
            raise CorpusError("unavailable", "there is no host, or the gate's world has no corpus")
        asked = _host.Fingerprint(fingerprint.scheme, list(fingerprint.sketch), fingerprint.note)
        try:
            found = _host.nearest(asked, limit)
        except Err as error:
            raise _told(error.value) from None
        return [Neighbour(one.submission, one.hotkey, one.similarity, one.note) for one in found]


def _told(error):
    if isinstance(error, _host.Error_BudgetExhausted):
        return CorpusError("budget-exhausted")
    kind = "malformed" if isinstance(error, _host.Error_Malformed) else "unavailable"
    return CorpusError(kind, error.value)
