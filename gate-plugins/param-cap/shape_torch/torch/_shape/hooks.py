"""What registering a hook gives back, and the hooks of this imitation itself."""

import itertools

_numbers = itertools.count()


class RemovableHandle:
    """Takes its hook away again."""

    def __init__(self, hooks=None, key=None):
        self.id = key
        self._hooks = hooks

    def remove(self):
        if self._hooks is not None:
            self._hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.remove()


def add(hooks, hook, prepend=False):
    """Puts a hook into its table, last or first."""
    key = next(_numbers)
    others = list(hooks.items()) if prepend else ()
    hooks[key] = hook
    if prepend:
        hooks.clear()
        hooks.update([(key, hook), *others])
    return RemovableHandle(hooks, key)


_registry = []


def on_registered(callback):
    """`callback(tensor)` is called with every parameter that comes into being."""
    _registry.append(callback)


def registered(tensor):
    if hasattr(type(tensor), "_is_parameter"):
        for callback in _registry:
            callback(tensor)
    return tensor
