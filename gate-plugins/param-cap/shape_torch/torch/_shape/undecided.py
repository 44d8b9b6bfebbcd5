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


class _Unknown(type):
    """The type of a name that real torch has and the imitation hasn't: it may be imported and named, not used."""

    def _refuse(cls, *args, **kwargs):
        raise Undecided(f"{cls._where} is not imitated")

    __call__ = __instancecheck__ = __subclasscheck__ = __bool__ = __len__ = __iter__ = __getitem__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __enter__ = __exit__ = __int__ = __float__ = __index__ = _refuse

    def __getattr__(cls, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        cls._refuse()


def missing(prefix, real_names):
    """A module's `__getattr__`: names that real torch has are unknown, others are missing as there."""

    def lookup(name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"module '{prefix}' has no attribute '{name}'")
        if real_names is None or name in real_names:
            return _Unknown(name, (), {"_where": f"{prefix}.{name}", "__module__": prefix})
        raise AttributeError(f"module '{prefix}' has no attribute '{name}'")

    return lookup
