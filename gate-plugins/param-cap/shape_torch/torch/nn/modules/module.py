"""nn.Module with its registration rules; hooks run, gradients don't."""

import itertools
from collections import OrderedDict
from types import MappingProxyType

from ... import _names
from ..._shape import dtypes
from ..._shape.hooks import RemovableHandle
from ..._shape.tensor import Tensor, make
from ..._shape.undecided import Undecided
from ..parameter import Buffer, Parameter, is_lazy

#: Types whose values never register; most attributes are of these.
_PLAIN = frozenset((int, float, str, bool, tuple, list, dict, type(None)))

_hook_ids = itertools.count()


class _IncompatibleKeys(tuple):
    missing_keys = property(lambda self: self[0])
    unexpected_keys = property(lambda self: self[1])


class Module:
    """Base of all neural network modules."""

    training: bool
    call_super_init = False
    _version = 1
    # Most modules have none of these; one that does gets a table of its own.
    _forward_hooks = _forward_pre_hooks = MappingProxyType({})
    _hooks_with_kwargs = _non_persistent_buffers_set = frozenset()

    def __init__(self, *args, **kwargs):
        if self.call_super_init is False and (args or kwargs):
            raise TypeError(f"{type(self).__name__}.__init__() got an unexpected argument")
        self.__dict__.update(training=True, _parameters={}, _buffers={}, _modules={})

    def forward(self, *args, **kwargs):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args, **kwargs):
        if not self._forward_pre_hooks and not self._forward_hooks:
            return self.forward(*args, **kwargs)
        for key, hook in list(self._forward_pre_hooks.items()):
            if key in self._hooks_with_kwargs:
                got = hook(self, args, kwargs)
                if got is not None:
                    args, kwargs = got
            else:
                got = hook(self, args)
                if got is not None:
                    args = got if isinstance(got, tuple) else (got,)
        output = self.forward(*args, **kwargs)
        for key, hook in list(self._forward_hooks.items()):
            got = hook(self, args, kwargs, output) if key in self._hooks_with_kwargs else hook(self, args, output)
            if got is not None:
                output = got
        return output

    _call_impl = __call__

    # Attributes.

    def __getattr__(self, name):
        own = self.__dict__
        if "_modules" in own:
            for entries in (own["_modules"], own["_parameters"], own["_buffers"]):
                if name in entries:
                    return entries[name]
        if not (name.startswith("__") and name.endswith("__")):
            for kind in type(self).__mro__:
                if kind.__module__.startswith("torch.") and name in _names.CLASSES.get(kind.__name__, ()):
                    raise Undecided(f"{kind.__name__}.{name} is not known to the shape-only torch")
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name, value):
        own = self.__dict__
        kind = type(value)
        if "_modules" in own and not (name in own["_parameters"] or name in own["_modules"] or name in own["_buffers"]):
            # No table holds the name, which is nearly always so.
            if kind is Parameter:
                own.pop(name, None)
                self.register_parameter(name, value)
                return
            if isinstance(value, Module):
                own.pop(name, None)
                own["_modules"][name] = value
                return
        elif "_modules" in own:
            kind = None
        if kind in _PLAIN:
            object.__setattr__(self, name, value)
            return
        if isinstance(value, Parameter):
            if "_parameters" not in own:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            _remove(self, name, "_buffers", "_modules")
            self.register_parameter(name, value)
            return
        if "_parameters" in own and name in own["_parameters"]:
            if value is not None:
                raise TypeError(f"cannot assign '{type(value).__name__}' as parameter '{name}'")
            self.register_parameter(name, None)
            return
        if isinstance(value, Module):
            if "_modules" not in own:
                raise AttributeError("cannot assign module before Module.__init__() call")
            _remove(self, name, "_parameters", "_buffers")
            own["_modules"][name] = value
            return
        if "_modules" in own and name in own["_modules"]:
            if value is not None:
                raise TypeError(f"cannot assign '{type(value).__name__}' as child module '{name}'")
            own["_modules"][name] = None
            return
        if "_buffers" in own and (name in own["_buffers"] or isinstance(value, Buffer)):
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(f"cannot assign '{type(value).__name__}' as buffer '{name}'")
            if isinstance(value, Buffer):
                _remove(self, name, "_parameters", "_modules")
                self.register_buffer(name, value, value.persistent)
            else:
                own["_buffers"][name] = value
            return
        super().__setattr__(name, value)

    def __delattr__(self, name):
        for table in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(table, ()):
                del self.__dict__[table][name]
                _persistent(self, name)
                return
        super().__delattr__(name)

    def __dir__(self):
        return sorted({*dir(type(self)), *self.__dict__, *self._parameters, *self._modules, *self._buffers})

    # Registration.

    def register_parameter(self, name, param):
        if "_parameters" not in self.__dict__:
            raise AttributeError("cannot assign parameter before Module.__init__() call")
        self._check_name(name, "_parameters", "parameter")
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{type(param).__name__}' object to parameter '{name}'")
        self._parameters[name] = param

    def register_buffer(self, name, tensor, persistent=True):
        if "_buffers" not in self.__dict__:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        self._check_name(name, "_buffers", "buffer")
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"cannot assign '{type(tensor).__name__}' object to buffer '{name}'")
        self._buffers[name] = tensor
        if persistent:
            _persistent(self, name)
        else:
            self.__dict__.setdefault("_non_persistent_buffers_set", set()).add(name)

    def add_module(self, name, module):
        if not isinstance(module, Module) and module is not None:
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        self._check_name(name, "_modules", "module")
        self._modules[name] = module

    def register_module(self, name, module):
        self.add_module(name, module)

    def _check_name(self, name, table, kind):
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string, got {type(name).__name__}")
        if "." in name or not name:
            raise KeyError(f'{kind} name can\'t contain "." or be empty: "{name}"')
        own = self.__dict__
        if name in own[table]:
            return
        taken = name in own or name in own["_parameters"] or name in own["_buffers"] or name in own["_modules"]
        if taken or hasattr(type(self), name):
            raise KeyError(f"attribute '{name}' already exists")

    # Walking.

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        memo = set() if memo is None else memo
        if self not in memo:
            if remove_duplicate:
                memo.add(self)
            yield prefix, self
            for name, module in self._modules.items():
                if module is not None:
                    yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self):
        for _, module in self.named_modules():
            yield module

    def named_children(self):
        memo = set()
        for name, module in self._modules.items():
            if module is not None and module not in memo:
                memo.add(module)
                yield name, module

    def children(self):
        for _, module in self.named_children():
            yield module

    def _named_members(self, table, prefix="", recurse=True, remove_duplicate=True):
        memo = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        for where, module in modules:
            for name, value in table(module):
                if value is None or value in memo:
                    continue
                if remove_duplicate:
                    memo.add(value)
                yield (f"{where}.{name}" if where else name), value

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        yield from self._named_members(lambda module: module._parameters.items(), prefix, recurse, remove_duplicate)

    def parameters(self, recurse=True):
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        yield from self._named_members(lambda module: module._buffers.items(), prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def get_submodule(self, target):
        module = self
        for part in target.split(".") if target else ():
            if not hasattr(module, part):
                raise AttributeError(f"{type(module).__name__} has no attribute `{part}`")
            module = getattr(module, part)
            if not isinstance(module, Module):
                raise AttributeError(f"`{part}` is not an nn.Module")
        return module

    def get_parameter(self, target):
        path, _, name = target.rpartition(".")
        return self.get_submodule(path)._parameters[name]

    def get_buffer(self, target):
        path, _, name = target.rpartition(".")
        return self.get_submodule(path)._buffers[name]

    def set_submodule(self, target, module, strict=False):
        path, _, name = target.rpartition(".")
        setattr(self.get_submodule(path), name, module)

    # Changing all at once.

    def apply(self, fn):
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def _apply(self, change, recurse=True):
        if recurse:
            for module in self.children():
                module._apply(change)
        for value in self._parameters.values():
            if value is not None:
                got = change(value)
                value._dtype, value._device = got._dtype, got._device
        for name, value in self._buffers.items():
            if value is not None:
                self._buffers[name] = change(value)
        return self

    def to(self, *args, **kwargs):
        def change(value):
            floats = [one for one in args if not isinstance(one, dtypes.dtype)] if not value._dtype._kind in "fc" else args
            named = kwargs if value._dtype._kind in "fc" else {k: v for k, v in kwargs.items() if k != "dtype"}
            return value.to(*floats, **named)

        return self._apply(change)

    def _cast(self, of):
        return self._apply(lambda value: value.to(of) if value._dtype.is_floating_point else value)

    def float(self):
        return self._cast(dtypes.float32)

    def double(self):
        return self._cast(dtypes.float64)

    def half(self):
        return self._cast(dtypes.float16)

    def bfloat16(self):
        return self._cast(dtypes.bfloat16)

    def type(self, dst_type):
        return self._apply(lambda value: value.to(dst_type))

    def cpu(self):
        return self._apply(lambda value: value.cpu())

    def cuda(self, device=None):
        raise Undecided("Module.cuda() needs a GPU; use .to(ctx.device)")

    def to_empty(self, *, device, recurse=True):
        return self._apply(lambda value: make(value._shape, value._dtype, dtypes.as_device(device)), recurse)

    def share_memory(self):
        return self

    def train(self, mode=True):
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self._modules.values():
            if module is not None:
                module.train(mode)
        return self

    def eval(self):
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=True):
        return None

    def compile(self, *args, **kwargs):
        return None

    # State.

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        if args:
            destination, prefix = args[0], args[1] if len(args) > 1 else prefix
        out = OrderedDict() if destination is None else destination
        for name, value in self._parameters.items():
            if value is not None:
                out[prefix + name] = value if keep_vars or is_lazy(value) else value.detach()
        for name, value in self._buffers.items():
            if value is not None and name not in self._non_persistent_buffers_set:
                out[prefix + name] = value if keep_vars or is_lazy(value) else value.detach()
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=out, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        return out

    def load_state_dict(self, state_dict, strict=True, assign=False):
        if assign:
            raise Undecided("load_state_dict(assign=True)")
        own = self.state_dict()
        missing = [name for name in own if name not in state_dict]
        unexpected = [name for name in state_dict if name not in own]
        wrong = [name for name, value in state_dict.items() if name in own and (is_lazy(own[name]) or is_lazy(value) or
                                                                               value.shape != own[name].shape)]
        if wrong or (strict and (missing or unexpected)):
            raise RuntimeError(f"Error(s) in loading state_dict: {missing + unexpected + wrong}")
        return _IncompatibleKeys((missing, unexpected))

    # Hooks.

    def _hook(self, table, hook, with_kwargs=False, prepend=False):
        key = next(_hook_ids)
        hooks = self.__dict__.setdefault(table, {})
        hooks[key] = hook
        if with_kwargs:
            self.__dict__.setdefault("_hooks_with_kwargs", set()).add(key)
        if prepend:
            others = [one for one in hooks.items() if one[0] != key]
            hooks.clear()
            hooks.update([(key, hook), *others])
        return RemovableHandle(hooks, key)

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        return self._hook("_forward_hooks", hook, with_kwargs, prepend)

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        return self._hook("_forward_pre_hooks", hook, with_kwargs, prepend)

    def register_full_backward_hook(self, hook, prepend=False):
        return RemovableHandle()

    register_backward_hook = register_full_backward_pre_hook = register_full_backward_hook

    def _register_state_dict_hook(self, hook):
        raise Undecided("state_dict hooks")

    register_state_dict_pre_hook = register_state_dict_post_hook = _register_state_dict_hook
    _register_load_state_dict_pre_hook = register_load_state_dict_pre_hook = _register_state_dict_hook
    register_load_state_dict_post_hook = _register_state_dict_hook

    # Text.

    def extra_repr(self):
        return ""

    def _get_name(self):
        return type(self).__name__

    def __repr__(self):
        inner = "".join(f"\n  ({name}): " + repr(module).replace("\n", "\n  ") for name, module in self._modules.items())
        return f"{self._get_name()}({self.extra_repr()}{inner}{chr(10) if inner else ''})"


def _remove(module, name, *tables):
    own = module.__dict__
    own.pop(name, None)
    for table in tables:
        if own[table]:
            own[table].pop(name, None)
    _persistent(module, name)


def _persistent(module, name):
    if name in module._non_persistent_buffers_set:
        module._non_persistent_buffers_set.discard(name)
