"""state_dict, load_state_dict, hooks of all kinds, and calls."""

import torch
from torch import nn
from torch.nn.modules import module as machinery


def tried(action):
    try:
        return action()
    except Exception as error:
        return type(error).__name__


net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1, bias=False))
state = net.state_dict()
print(type(state).__name__, list(state), {k: tuple(v.shape) for k, v in state.items()}, state._metadata["1"], {v.requires_grad for v in state.values()})
print(net.load_state_dict(state), net.load_state_dict({}, strict=False), tried(lambda: net.load_state_dict({})), tried(lambda: net.load_state_dict([1])))
print(net.load_state_dict({**state, "more": torch.zeros(1)}, strict=False).unexpected_keys, tried(lambda: net.load_state_dict({**state, "more": torch.zeros(1)})))
wrong = {**state, "0.weight": torch.zeros(3, 3)}
print(tried(lambda: net.load_state_dict(wrong)), tried(lambda: net.load_state_dict(wrong, strict=False)), {v.requires_grad for v in net.state_dict(keep_vars=True).values()})
before = net[0].weight
print(net.load_state_dict(state, assign=True), net[0].weight is before, type(net[0].weight).__name__, net[0].weight.requires_grad)
half = {k: v.half() for k, v in state.items()}
net.load_state_dict(half)
print(net[0].weight.dtype)
net.load_state_dict(half, assign=True)
print(net[0].weight.dtype, net[1].running_mean.dtype, net[0].weight.shape)
net.float()

# Hooks around the state.
seen = []
handle = net.register_state_dict_post_hook(lambda module, state, prefix, meta: seen.append(("post", len(state), prefix)))
other = net[0].register_state_dict_pre_hook(lambda module, prefix, keep: seen.append(("pre", prefix, keep)))
net.state_dict()
handle.remove(), other.remove()
net.state_dict()
print(seen)
net._register_state_dict_hook(lambda module, state, prefix, meta: {"only": state["0.bias"]})
print(list(net.state_dict()))
net._state_dict_hooks.clear()
seen.clear()
net.register_load_state_dict_pre_hook(lambda module, state, *rest: seen.append(("load", type(module).__name__, len(rest))))
net.register_load_state_dict_post_hook(lambda module, keys: seen.append(("loaded", keys.missing_keys)))
net._register_load_state_dict_pre_hook(lambda state, prefix, *rest: state.pop("old", None))
print(net.load_state_dict({**state, "old": torch.zeros(1)}), seen)


class Extra(nn.Module):
    def __init__(self):
        super().__init__()
        self.note = 3

    def get_extra_state(self):
        return {"note": self.note}

    def set_extra_state(self, state):
        self.note = state["note"] + 1


extra = Extra()
print(list(extra.state_dict()), extra.state_dict()["_extra_state"], extra.load_state_dict({"_extra_state": {"note": 8}}), extra.note)
print(tried(lambda: extra.load_state_dict({})), tried(lambda: nn.Identity().get_extra_state()), list(nn.Sequential(Extra()).state_dict()))


class Saves(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(1, 1)

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "own"] = torch.zeros(7)

    def _load_from_state_dict(self, state, prefix, meta, strict, missing, unexpected, errors):
        seen.append(("own", prefix, tuple(state.pop(prefix + "own").shape)))
        super()._load_from_state_dict(state, prefix, meta, strict, missing, unexpected, errors)


seen.clear()
saves = nn.Sequential(Saves())
print(list(saves.state_dict()), saves.load_state_dict(saves.state_dict()), seen)

# Hooks around the call.
calls = []
layer = nn.Linear(2, 2)
h1 = layer.register_forward_pre_hook(lambda module, args: calls.append("pre"))
h2 = layer.register_forward_pre_hook(lambda module, args, kwargs: ((args[0] * 2,), kwargs), with_kwargs=True, prepend=True)
h3 = layer.register_forward_hook(lambda module, args, out: calls.append(("out", tuple(out.shape))))
h4 = layer.register_forward_hook(lambda module, args, kwargs, out: (out, 1), with_kwargs=True)
h5 = layer.register_forward_hook(lambda module, args, out: calls.append("first"), prepend=True)
print(tried(lambda: layer(torch.zeros(3, 2))[1]), calls, len(layer._forward_hooks), len(layer._forward_pre_hooks), h1.id != h3.id)
for one in (h1, h2, h3, h4, h5):
    one.remove()
print(type(layer(torch.zeros(3, 2))).__name__, len(layer._forward_hooks), h1.remove())
with layer.register_forward_hook(lambda *a: 5):
    print(layer(torch.zeros(1, 2)))
print(type(layer(torch.zeros(1, 2))).__name__)
calls.clear()
g1 = machinery.register_module_forward_hook(lambda module, args, out: calls.append(type(module).__name__))
g2 = machinery.register_module_forward_pre_hook(lambda module, args: calls.append("pre " + type(module).__name__))
nn.Sequential(layer, nn.ReLU())(torch.zeros(1, 2))
g1.remove(), g2.remove()
layer(torch.zeros(1, 2))
print(calls)
calls.clear()
r1 = machinery.register_module_parameter_registration_hook(lambda module, name, value: calls.append(("parameter", name)))
r2 = machinery.register_module_buffer_registration_hook(lambda module, name, value: calls.append(("buffer", name)))
r3 = machinery.register_module_module_registration_hook(lambda module, name, value: calls.append(("module", name)))
nn.Sequential(nn.BatchNorm1d(2))
r1.remove(), r2.remove(), r3.remove()
nn.Linear(1, 1)
print(calls)
print([type(one).__name__ for one in (layer.register_full_backward_hook(print), layer.register_full_backward_pre_hook(print), layer.weight.register_hook(print))])


class Raises(nn.Module):
    def forward(self, x, *, scale=1):
        if x is None:
            raise KeyError("x")
        return x * scale


always = []
raises = Raises()
raises.register_forward_hook(lambda module, args, out: always.append(out), always_call=True)
print(tried(lambda: raises(None)), always, raises(2, scale=4), always, tried(lambda: raises(1, other=2)), tried(lambda: raises()))
