"""torch.__version__: a string that compares as versions do."""

import re

from ._shape.undecided import Undecided


def _parsed(value):
    """The numbers of a release, trailing zeros cut, and whether a local label such as `+cpu` follows."""
    if isinstance(value, (tuple, list)):
        value = ".".join(map(str, value))
    found = re.fullmatch(r"(\d+(?:\.\d+)*)(\+\w+)?", value) if isinstance(value, str) else None
    if found is None:
        raise Undecided(f"torch's version compared with {value!r}")
    numbers = [int(one) for one in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers, found[2] or ""


class Version(str):
    """Two versions are compared by their numbers, then by their labels."""

    def __lt__(self, other):
        return _parsed(str(self)) < _parsed(other)

    def __le__(self, other):
        return _parsed(str(self)) <= _parsed(other)

    def __gt__(self, other):
        return _parsed(str(self)) > _parsed(other)

    def __ge__(self, other):
        return _parsed(str(self)) >= _parsed(other)

    def __eq__(self, other):
        return _parsed(str(self)) == _parsed(other)

    __hash__ = str.__hash__
