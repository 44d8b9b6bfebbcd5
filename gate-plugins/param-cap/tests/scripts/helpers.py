"""torch.nn.utils: parametrizations, older weight norms, vectors, initialisers, and lazy modules."""

import copy

import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize


def tried(action):
    try:
        return action()
    except Exception as error:
        return type(error).__name__


def told(module):
    shapes = {name: tuple(p.shape) for name, p in module.named_parameters()}
    return shapes, {name: tuple(b.shape) for name, b in module.named_buffers()}, sorted(module.state_dict())


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).transpose(-1, -2)

    def right_inverse(self, x):
        return x.triu()


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return x * self.scale


class Halves(nn.Module):
    def forward(self, a, b):
        return torch.cat([a, b])

    def right_inverse(self, x):
        return x[:2], x[2:]


class Short(nn.Module):
    def forward(self, x):
        return x[:1]


layer = nn.Linear(4, 4)
before = layer.weight
print(parametrize.register_parametrization(layer, "weight", Symmetric()) is layer, type(layer).__name__, told(layer))
parametrize.register_parametrization(layer, "weight", Scaled())
print(told(layer), layer.parametrizations.weight.original is before, layer.weight.shape, isinstance(layer.weight, nn.Parameter), isinstance(layer, nn.Linear))
print(parametrize.is_parametrized(layer), parametrize.is_parametrized(layer, "weight"), parametrize.is_parametrized(layer, "bias"), len(layer.parametrizations.weight))
print(parametrize.type_before_parametrizations(layer).__name__, layer(torch.zeros(2, 4)).shape, tried(lambda: parametrize.register_parametrization(layer, "nope", Symmetric())))
print(tried(lambda: parametrize.register_parametrization(nn.Linear(4, 4), "weight", Short())), tried(lambda: parametrize.register_parametrization(layer, "weight", Short())))
parametrize.register_parametrization(nn.Linear(4, 4), "weight", Short(), unsafe=True)
with parametrize.cached():
    print(layer.weight.shape)
print(told(layer)[0])
other = copy.deepcopy(layer)
print(told(other), other.parametrizations.weight.original is layer.parametrizations.weight.original, type(other).__name__)
split = parametrize.register_parametrization(nn.Linear(3, 4), "weight", Halves())
print(told(split), split.weight.shape, split.parametrizations.weight.is_tensor, split.parametrizations.weight.ntensors)
parametrize.remove_parametrizations(split, "weight")
print(told(split), type(split).__name__, isinstance(split.weight, nn.Parameter))
parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)
print(told(layer), type(layer).__name__, layer.weight is before)
single = parametrize.register_parametrization(nn.Linear(4, 4), "weight", Symmetric())
original = single.parametrizations.weight.original
parametrize.remove_parametrizations(single, "weight", leave_parametrized=False)
print(told(single), single.weight is original, tried(lambda: parametrize.remove_parametrizations(single, "weight")))
buffered = nn.BatchNorm1d(3)
parametrize.register_parametrization(buffered, "running_mean", Scaled())
print(told(buffered))

for make in (lambda: nn.Linear(3, 4), lambda: nn.Conv1d(2, 6, 3), lambda: nn.ConvTranspose1d(2, 6, 3), lambda: nn.LSTM(3, 4)):
    for wrap in (parametrizations.weight_norm, parametrizations.spectral_norm, nn.utils.weight_norm, nn.utils.spectral_norm):
        name = "weight_hh_l0" if isinstance(make(), nn.LSTM) else "weight"
        print(wrap.__name__, told(wrap(make(), name)))
print(told(parametrizations.weight_norm(nn.Linear(3, 4), dim=1)), told(parametrizations.weight_norm(nn.Linear(3, 4), dim=None)))
print(told(nn.utils.weight_norm(nn.Linear(3, 4), dim=1)), told(nn.utils.weight_norm(nn.Linear(3, 4), dim=None)), tried(lambda: nn.utils.weight_norm(nn.Linear(3, 4), "nope")))
removed = nn.utils.remove_weight_norm(nn.utils.weight_norm(nn.Linear(3, 4)))
print(told(removed), tried(lambda: nn.utils.remove_weight_norm(removed)), told(nn.utils.remove_spectral_norm(nn.utils.spectral_norm(nn.Linear(3, 4)))))
print(told(parametrizations.orthogonal(nn.Linear(4, 4))), told(parametrizations.orthogonal(nn.Linear(3, 5), orthogonal_map="householder")))
print(told(parametrizations.orthogonal(nn.Linear(5, 3), orthogonal_map="cayley")), tried(lambda: parametrizations.orthogonal(nn.Linear(3, 4), "bias")), tried(lambda: parametrizations.orthogonal(nn.Linear(3, 4), orthogonal_map="x")))
twin = copy.deepcopy(parametrizations.weight_norm(nn.Linear(3, 4)))
print(told(twin), twin(torch.zeros(1, 3)).shape, told(copy.deepcopy(nn.utils.spectral_norm(nn.Linear(3, 4)))))

net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
vector = nn.utils.parameters_to_vector(net.parameters())
print(vector.shape, nn.utils.vector_to_parameters(torch.zeros(13), net.parameters()), net[0].weight.shape)
print(nn.utils.skip_init(nn.Linear, 3, 4, bias=False).weight.shape, tried(lambda: nn.utils.skip_init(int)), nn.utils.skip_init(nn.Linear, 3, 4).weight.device)
print(nn.utils.parameters_to_vector([torch.zeros(2), torch.zeros(3)]).shape, tried(lambda: nn.utils.parameters_to_vector([])))
padded = nn.utils.rnn.pad_sequence([torch.zeros(3, 2), torch.zeros(5, 2)], batch_first=True)
print(padded.shape, nn.utils.rnn.pad_sequence([torch.zeros(3), torch.zeros(1)]).shape)

# Lazy modules.
lazy = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyBatchNorm1d())
print([type(one).__name__ for one in lazy], lazy[0].has_uninitialized_params(), nn.parameter.is_lazy(lazy[0].weight), isinstance(lazy[0].weight, nn.Parameter), isinstance(lazy[0], nn.Linear))
print(tried(lambda: lazy.half()[0].weight.dtype), tried(lambda: copy.deepcopy(lazy)[0].weight.shape), sorted(lazy.state_dict()))
lazy.float()
print(tried(lambda: copy.deepcopy(lazy)))
twin = nn.Sequential(copy.deepcopy(lazy[0]), nn.ReLU(), nn.LazyBatchNorm1d())
lazy(torch.zeros(2, 5))
print([type(one).__name__ for one in lazy], told(lazy), [type(one).__name__ for one in twin], lazy[0].in_features)
twin.load_state_dict(lazy.state_dict())
print(told(twin), twin[0].has_uninitialized_params())
print(twin(torch.zeros(2, 5)).shape, type(twin[0]).__name__)


class Late(nn.modules.lazy.LazyModuleMixin, nn.Linear):
    cls_to_become = nn.Linear

    def __init__(self, out_features):
        super().__init__(0, 0, False)
        self.out_features = out_features
        self.weight = nn.UninitializedParameter()

    def initialize_parameters(self, x):
        self.in_features = x.shape[-1]
        self.weight.materialize((self.out_features, self.in_features))


late = Late(7)
print(type(late).__name__, late(torch.zeros(1, 3)).shape, type(late).__name__, told(late))
