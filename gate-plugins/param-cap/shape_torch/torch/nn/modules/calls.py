"""Calling a module: hooks before and after its forward, its own and those of every module."""

from ..._shape.hooks import RemovableHandle, add

#: Hooks of every module.
BEFORE, AFTER, ALWAYS = {}, {}, set()


class Calls:
    """The part of nn.Module about being called."""

    def __call__(self, *args, **kwargs):
        own = self.__dict__
        if "_modules" in own and not ("_forward_pre_hooks" in own or "_forward_hooks" in own or BEFORE or AFTER):
            return self.forward(*args, **kwargs)
        done = set()
        try:
            for key, hook in [*BEFORE.items(), *self._forward_pre_hooks.items()]:
                args, kwargs = self._before(hook, key in self._forward_pre_hooks_with_kwargs, args, kwargs)
            output = self.forward(*args, **kwargs)
            for key, hook in [*AFTER.items(), *self._forward_hooks.items()]:
                done.add(key)
                output = self._after(key, hook, args, kwargs, output)
            return output
        except Exception:
            for key, hook in [*AFTER.items(), *self._forward_hooks.items()]:
                if key not in done and (key in ALWAYS or key in self._forward_hooks_always_called):
                    self._after(key, hook, args, kwargs, None)
            raise

    _call_impl = _wrapped_call_impl = __call__

    def _before(self, hook, with_kwargs, args, kwargs):
        if not with_kwargs:
            got = hook(self, args)
            return (args if got is None else got if isinstance(got, tuple) else (got,)), kwargs
        got = hook(self, args, kwargs)
        if got is not None:
            if not isinstance(got, tuple) or len(got) != 2:
                raise RuntimeError("forward pre-hook must return None or a tuple of (new_args, new_kwargs)")
            args, kwargs = got
        return args, kwargs

    def _after(self, key, hook, args, kwargs, output):
        with_kwargs = key in self._forward_hooks_with_kwargs
        got = hook(self, args, kwargs, output) if with_kwargs else hook(self, args, output)
        return output if got is None else got

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        handle = add(self._forward_hooks, hook, prepend)
        if with_kwargs:
            self._forward_hooks_with_kwargs.add(handle.id)
        if always_call:
            self._forward_hooks_always_called.add(handle.id)
        return handle

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        handle = add(self._forward_pre_hooks, hook, prepend)
        if with_kwargs:
            self._forward_pre_hooks_with_kwargs.add(handle.id)
        return handle

    def register_full_backward_hook(self, hook, prepend=False):
        return RemovableHandle()

    register_backward_hook = register_full_backward_pre_hook = register_full_backward_hook


def register_module_forward_pre_hook(hook):
    return add(BEFORE, hook)


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    handle = add(AFTER, (lambda module, args, output: hook(module, args, {}, output)) if with_kwargs else hook)
    if always_call:
        ALWAYS.add(handle.id)
    return handle


def register_module_full_backward_hook(hook):
    return RemovableHandle()


register_module_backward_hook = register_module_full_backward_pre_hook = register_module_full_backward_hook
