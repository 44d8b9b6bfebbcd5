"""What a module writes into a state dict and takes back from one."""

from collections import OrderedDict
from collections.abc import Mapping

from ..._shape.hooks import add
from ..._shape.tensor import MODE, Tensor
from ..parameter import Parameter, is_lazy

EXTRA = "_extra_state"


class IncompatibleKeys(tuple):
    """The names that were missing and those that nobody wanted."""

    missing_keys = property(lambda self: self[0])
    unexpected_keys = property(lambda self: self[1])

    def __new__(cls, missing, unexpected):
        return tuple.__new__(cls, (missing, unexpected))

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class State:
    """The part of nn.Module about state dicts."""

    def _persistent(self):
        own = {name: value for name, value in self._parameters.items() if value is not None}
        own.update((name, value) for name, value in self._buffers.items()
                   if value is not None and name not in self._non_persistent_buffers_set)
        return own

    def get_extra_state(self):
        raise RuntimeError("Reached a code path in Module.get_extra_state() that should never be called")

    def set_extra_state(self, state):
        raise RuntimeError("Reached a code path in Module.set_extra_state() that should never be called")

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        for name, value in self._persistent().items():
            destination[prefix + name] = value if keep_vars or is_lazy(value) else value.detach()
        if type(self).get_extra_state is not State.get_extra_state:
            destination[prefix + EXTRA] = self.get_extra_state()

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        if args:
            destination, prefix = args[0] if destination is None else destination, args[1] if len(args) > 1 else prefix
            keep_vars = args[2] if len(args) > 2 else keep_vars
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        for hook in self._state_dict_pre_hooks.values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in self._state_dict_hooks.values():
            got = hook(self, destination, prefix, metadata)
            if got is not None:
                destination = got
        return destination

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs):
        for hook in self._load_state_dict_pre_hooks.values():
            hook(state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        own = self._persistent()
        for name, value in own.items():
            key = prefix + name
            if key not in state_dict:
                missing_keys.append(key)
                continue
            try:
                self._take(name, value, state_dict[key], local_metadata.get("assign_to_params_buffers", False))
            except Exception as error:
                error_msgs.append(f"{key}: {error}")
        wants_extra = type(self).set_extra_state is not State.set_extra_state
        if wants_extra and prefix + EXTRA in state_dict:
            self.set_extra_state(state_dict[prefix + EXTRA])
        elif wants_extra:
            missing_keys.append(prefix + EXTRA)
        for key in state_dict:
            if key.startswith(prefix) and not (wants_extra and key == prefix + EXTRA):
                head, dot, _ = key[len(prefix) :].partition(".")
                if head not in (self._modules if dot else own):
                    unexpected_keys.append(key)

    def _take(self, name, value, new, assign):
        if not isinstance(new, Tensor):
            raise TypeError(f"expected a torch.Tensor, got {type(new).__name__}")
        if not is_lazy(value):
            if not value.shape and len(new.shape) == 1:
                new = new[0]
            if new.shape != value.shape:
                raise RuntimeError(f"size mismatch: {list(new.shape)} from the checkpoint, {list(value.shape)} in the model")
        if not assign:
            before, MODE["grad"] = MODE["grad"], False
            try:
                value.copy_(new)
            finally:
                MODE["grad"] = before
        elif isinstance(value, Parameter) and not isinstance(new, Parameter):
            setattr(self, name, Parameter(new, value.requires_grad))
        else:
            setattr(self, name, new.requires_grad_(value.requires_grad))

    def load_state_dict(self, state_dict, strict=True, assign=False):
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict).__name__}.")
        metadata = getattr(state_dict, "_metadata", None) or {}
        missing, unexpected, errors = [], [], []

        def load(module, entries, prefix):
            local = {**metadata.get(prefix[:-1], {}), **({"assign_to_params_buffers": True} if assign else {})}
            module._load_from_state_dict(entries, prefix, local, True, missing, unexpected, errors)
            for name, child in module._modules.items():
                if child is not None:
                    below = f"{prefix}{name}."
                    load(child, {key: value for key, value in entries.items() if key.startswith(below)}, below)
            for hook in module._load_state_dict_post_hooks.values():
                hook(module, IncompatibleKeys(missing, unexpected))

        load(self, OrderedDict(state_dict), "")
        if errors or strict and (missing or unexpected):
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}: {[*errors, *missing, *unexpected]}")
        return IncompatibleKeys(missing, unexpected)

    # Hooks around both.

    def _register_state_dict_hook(self, hook):
        return add(self._state_dict_hooks, hook)

    register_state_dict_post_hook = _register_state_dict_hook

    def register_state_dict_pre_hook(self, hook):
        return add(self._state_dict_pre_hooks, hook)

    def _register_load_state_dict_pre_hook(self, hook, with_module=False):
        return add(self._load_state_dict_pre_hooks, (lambda *args: hook(self, *args)) if with_module else hook)

    def register_load_state_dict_pre_hook(self, hook):
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def register_load_state_dict_post_hook(self, hook):
        return add(self._load_state_dict_post_hooks, hook)
