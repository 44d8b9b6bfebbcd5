"""What the imitation can't know. It never guesses: it raises, and remembers that it did."""


class Undecided(BaseException):
    """The answer would need data, or a part of torch that is not imitated.

    No `Exception`, so that a bundle's `except Exception` doesn't swallow it; a bare `except` is found
    out by the journal.
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason
        JOURNAL.append(reason)


#: Reasons of every `Undecided` since the last `JOURNAL.clear()`, first one first.
JOURNAL: list[str] = []


def missing(prefix, real_names):
    """A module's `__getattr__`: names that real torch has are undecided, others are missing as there."""

    def lookup(name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"module '{prefix}' has no attribute '{name}'")
        if real_names is None or name in real_names:
            raise Undecided(f"{prefix}.{name} is not known to the shape-only torch")
        raise AttributeError(f"module '{prefix}' has no attribute '{name}'")

    return lookup
