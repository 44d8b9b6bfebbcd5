"""nn.Module with its registration rules; hooks run, gradients don't."""

from ... import _names
from ..._shape import dtypes
from ..._shape.hooks import add
from ..._shape.tensor import Tensor, make
from ..._shape.undecided import Undecided
from ..parameter import Buffer, Parameter
from .calls import (  # noqa: F401
    AFTER, ALWAYS, BEFORE, Calls, register_module_backward_hook, register_module_forward_hook, register_module_forward_pre_hook,
    register_module_full_backward_hook, register_module_full_backward_pre_hook,
)
from .state import State

#: Types whose values never register; most attributes are of these.
_PLAIN = frozenset((int, float, str, bool, tuple, list, dict, type(None)))

#: Tables that few modules use; one that does gets them when it first asks.
_SELDOM = {name: dict if name.endswith("_hooks") else set for name in """_forward_hooks _forward_pre_hooks _state_dict_hooks
_state_dict_pre_hooks _load_state_dict_pre_hooks _load_state_dict_post_hooks _non_persistent_buffers_set
_forward_hooks_with_kwargs _forward_pre_hooks_with_kwargs _forward_hooks_always_called""".split()}

#: Hooks on the registration of every parameter, buffer and module; one may put another in its place.
_REGISTRATION = {"parameter": {}, "buffer": {}, "module": {}}


def register_module_parameter_registration_hook(hook):
    return add(_REGISTRATION["parameter"], hook)


def register_module_buffer_registration_hook(hook):
    return add(_REGISTRATION["buffer"], hook)


def register_module_module_registration_hook(hook):
    return add(_REGISTRATION["module"], hook)


def forget_global_hooks():
    for table in (*_REGISTRATION.values(), BEFORE, AFTER, ALWAYS):
        table.clear()


def _hooked(kind, module, name, value):
    for hook in _REGISTRATION[kind].values():
        got = hook(module, name, value)
        value = value if got is None else got
    return value


class Module(Calls, State):
    """Base of all neural network modules."""

    training: bool
    call_super_init = False
    _version = 1

    def __init__(self, *args, **kwargs):
        if self.call_super_init is False and (args or kwargs):
            raise TypeError(f"{type(self).__name__}.__init__() got an unexpected argument")
        self.__dict__.update(training=True, _parameters={}, _buffers={}, _modules={})
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    def forward(self, *args, **kwargs):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    # Attributes.

    def __getattr__(self, name):
        own = self.__dict__
        if "_modules" in own:
            for entries in (own["_modules"], own["_parameters"], own["_buffers"]):
                if name in entries:
                    return entries[name]
            if name in _SELDOM:
                return own.setdefault(name, _SELDOM[name]())
        if "_parameters" in own and not (name.startswith("__") and name.endswith("__")):
            for kind in type(self).__mro__:
                if kind.__module__.startswith("torch.") and name in _names.CLASSES.get(kind.__name__, ()):
                    raise Undecided(f"{kind.__name__}.{name} is not known to the shape-only torch")
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name, value):
        own = self.__dict__
        kind = type(value)
        if "_modules" in own:
            if name in own["_parameters"] or name in own["_modules"] or name in own["_buffers"]:
                kind = None
            elif kind is Parameter:  # no table holds the name, which is nearly always so
                own.pop(name, None)
                self.register_parameter(name, value)
                return
            elif isinstance(value, Module):
                own.pop(name, None)
                own["_modules"][name] = _hooked("module", self, name, value)
                return
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
            own["_modules"][name] = _hooked("module", self, name, value)
            return
        if "_modules" in own and name in own["_modules"]:
            if value is not None:
                raise TypeError(f"cannot assign '{type(value).__name__}' as child module '{name}'")
            own["_modules"][name] = None
            return
        is_buffer = isinstance(value, Tensor) and isinstance(value, Buffer)
        if is_buffer or "_buffers" in own and name in own["_buffers"]:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(f"cannot assign '{type(value).__name__}' as buffer '{name}'")
            if is_buffer:
                if "_buffers" in own:
                    _remove(self, name, "_parameters", "_modules")
                self.register_buffer(name, value, value.persistent)
            else:
                own["_buffers"][name] = _hooked("buffer", self, name, value)
            return
        super().__setattr__(name, value)

    def __delattr__(self, name):
        for table in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(table, ()):
                del self.__dict__[table][name]
                _forget(self.__dict__, name)
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
        if param is not None and not param._is_leaf:
            raise ValueError(f"Cannot assign non-leaf Tensor to parameter '{name}'")
        self._parameters[name] = param if param is None else _hooked("parameter", self, name, param)

    def register_buffer(self, name, tensor, persistent=True):
        if "_buffers" not in self.__dict__:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        self._check_name(name, "_buffers", "buffer")
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"cannot assign '{type(tensor).__name__}' object to buffer '{name}'")
        self._buffers[name] = _hooked("buffer", self, name, tensor)
        if persistent:
            _forget(self.__dict__, name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name, module):
        if not isinstance(module, Module) and module is not None:
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        self._check_name(name, "_modules", "module")
        self._modules[name] = _hooked("module", self, name, module)

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
        return (module for _, module in self.named_modules())

    def named_children(self):
        memo = set()
        for name, module in self._modules.items():
            if module is not None and module not in memo:
                memo.add(module)
                yield name, module

    def children(self):
        memo = set()
        for module in self._modules.values():
            if module is not None and module not in memo:
                memo.add(module)
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
        return self._named_members(lambda module: module._parameters.items(), prefix, recurse, remove_duplicate)

    def parameters(self, recurse=True):
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        return self._named_members(lambda module: module._buffers.items(), prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

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
        owner, name = self._owner(target)
        if not isinstance(getattr(owner, name), Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return getattr(owner, name)

    def get_buffer(self, target):
        owner, name = self._owner(target)
        if name not in owner._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        return owner._buffers[name]

    def _owner(self, target):
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        if not hasattr(owner, name):
            raise AttributeError(f"{type(owner).__name__} has no attribute `{name}`")
        return owner, name

    def set_submodule(self, target, module, strict=False):
        path, _, name = target.rpartition(".")
        if not target or not isinstance(module, Module):
            raise ValueError("cannot set a submodule without a name, or one that is no module")
        parent = self.get_submodule(path)
        if hasattr(parent, name) and not isinstance(getattr(parent, name), Module) or strict and not hasattr(parent, name):
            raise AttributeError(f"`{name}` is not an nn.Module")
        setattr(parent, name, module)

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
        for name, value in self._parameters.items():
            if value is not None:
                got = change(value)
                if got.is_meta == value.is_meta:
                    value._dtype, value._device = got._dtype, got._device
                else:  # torch makes a new parameter, and so unties what was tied
                    self._parameters[name] = Parameter(got.detach(), value._requires_grad)
        for name, value in self._buffers.items():
            if value is not None:
                self._buffers[name] = change(value)
        return self

    def to(self, *args, **kwargs):
        of = next((one for one in (*args, kwargs.get("dtype")) if isinstance(one, dtypes.dtype)), None)
        if of is not None and of._kind not in "fc":
            raise TypeError(f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={of}")
        if args and isinstance(args[0], Tensor):
            args = (args[0]._dtype, args[0]._device)

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
        return self._apply(lambda value: make(value._shape, value._dtype, dtypes.place(device)), recurse)

    def share_memory(self):
        return self

    def train(self, mode=True):
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
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
        return self

    # Text.

    def extra_repr(self):
        return ""

    def _get_name(self):
        return type(self).__name__

    def __repr__(self):
        lines = [f"({name}): " + repr(module).replace("\n", "\n  ") for name, module in self._modules.items()]
        extra = self.extra_repr().split("\n") if self.extra_repr() else []
        if len(extra) == 1 and not lines:
            return f"{self._get_name()}({extra[0]})"
        inner = "\n  ".join(["", *extra, *lines]) + "\n" if extra or lines else ""
        return f"{self._get_name()}({inner})"


def _remove(module, name, *tables):
    own = module.__dict__
    own.pop(name, None)
    for table in tables:
        if own[table]:
            own[table].pop(name, None)
    _forget(own, name)


def _forget(own, name):
    if "_non_persistent_buffers_set" in own:
        own["_non_persistent_buffers_set"].discard(name)
