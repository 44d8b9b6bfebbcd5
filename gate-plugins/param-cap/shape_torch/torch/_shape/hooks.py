"""What registering a hook gives back."""


class RemovableHandle:
    """What registering a hook returns."""

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
