"""nn.Module's tables, names and walks."""

import copy
from collections import OrderedDict

import torch
from torch import nn


def tried(action):
    try:
        return action()
    except Exception as error:
        return type(error).__name__


class Leaf(nn.Module):
    def __init__(self, width=2):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))
        self.register_buffer("kept", torch.zeros(1))
        self.register_buffer("dropped", torch.zeros(2), persistent=False)

    def forward(self, x):
        return x * self.weight


class Tree(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.shared = Leaf(), Leaf(3)
        self.again, self.plain = self.shared, [Leaf()]
        self.list = nn.ModuleList([self.a, nn.Linear(2, 2, bias=False)])
        self.tied = self.a.weight
        self.nothing = None
        self.register_module("empty", None)


tree = Tree()
for duplicate in (True, False):
    print([name for name, _ in tree.named_parameters(remove_duplicate=duplicate)])
    print([name for name, _ in tree.named_buffers(remove_duplicate=duplicate)])
    print([name for name, _ in tree.named_modules(remove_duplicate=duplicate)])
print([name for name, _ in tree.named_parameters("top")], [name for name, _ in tree.named_parameters("top", recurse=False)])
print([name for name, _ in tree.named_buffers(prefix="p")], [name for name, _ in tree.named_modules(prefix="m")])
print([name for name, _ in tree.named_children()], len(list(tree.children())), len(list(tree.modules())), len(list(tree.parameters())))
print(list(tree.state_dict()), list(tree.state_dict(prefix="x.")), list(tree.a.state_dict()))
print(sorted(tree._modules), sorted(tree._parameters), sorted(tree._buffers), tree._modules["empty"])
print(tree.get_submodule("list.1").weight.shape, tree.get_submodule("") is tree, tree.get_parameter("a.weight").shape)
print(tree.get_buffer("shared.kept").shape, tried(lambda: tree.get_submodule("nope")), tried(lambda: tree.get_submodule("plain")))
print(tried(lambda: tree.get_parameter("a.kept")), tried(lambda: tree.get_buffer("a.weight")), tried(lambda: tree.get_parameter("a.x")))
tree.set_submodule("list.1", nn.Identity())
print(type(tree.list[1]).__name__, tried(lambda: tree.set_submodule("", nn.Identity())), tried(lambda: tree.set_submodule("q.r", nn.Identity())))
print(tried(lambda: tree.set_submodule("list.9", nn.Identity(), strict=True)))

# What may be registered, and how.
m = nn.Module()
print(tried(lambda: m.register_parameter("a.b", None)), tried(lambda: m.register_parameter("", None)), tried(lambda: m.register_parameter(3, None)))
print(tried(lambda: m.register_parameter("x", torch.zeros(2))), tried(lambda: m.register_parameter("forward", None)))
print(tried(lambda: m.register_buffer("x", 3)), tried(lambda: m.register_buffer("x.y", None)), tried(lambda: m.add_module("x", 3)))
print(tried(lambda: m.add_module("a.b", None)), tried(lambda: m.add_module("training", nn.Identity())), tried(lambda: m.register_buffer("train", None)))
m.w = nn.Parameter(torch.zeros(2))
print(tried(lambda: setattr(m, "w", torch.zeros(2))), tried(lambda: setattr(m, "w", 3)), tried(lambda: m.register_buffer("w", None)))
m.w = None
print(list(m.parameters()), "w" in m._parameters, m.w)
m.w = nn.Parameter(torch.ones(1))
m.child = nn.Identity()
print(tried(lambda: setattr(m, "child", 3)), tried(lambda: setattr(m, "child", torch.zeros(1))), tried(lambda: m.register_parameter("child", None)))
m.child = None
print(m.child, "child" in m._modules)
m.register_buffer("b", torch.zeros(1))
print(tried(lambda: setattr(m, "b", 3)))
m.b = torch.ones(4)
m.b = nn.Parameter(torch.ones(5))
print(list(m._buffers), list(m._parameters), m.b.shape)
print(tried(lambda: setattr(m, 'b', nn.Linear(1, 1))))
del m.b
m.b = nn.Linear(1, 1)
print(list(m._buffers), list(m._parameters), list(m._modules))
del m.b
print(tried(lambda: m.b), tried(lambda: delattr(m, "nope")), hasattr(m, "b"))
m.x = 5
m.x = nn.Parameter(torch.zeros(1))
print("x" in m.__dict__, list(m._parameters))
m.late = nn.Buffer(torch.zeros(3), persistent=False)
m.soon = nn.Buffer(torch.zeros(3))
print(list(m.state_dict()), list(m._buffers), m._non_persistent_buffers_set)
m.register_buffer("late", torch.zeros(1), persistent=True)
print(list(m.state_dict()), isinstance(m.soon, nn.Buffer), isinstance(torch.zeros(1), nn.Buffer))


class Early(nn.Module):
    def __init__(self, what):
        self.x = what()


print([tried(lambda: Early(what)) for what in (lambda: nn.Parameter(torch.zeros(1)), nn.Identity, lambda: nn.Buffer(torch.zeros(1)))])
print(type(tried(lambda: Early(lambda: torch.zeros(1)).x)).__name__, tried(lambda: Early(int)()), tried(lambda: nn.Module(1)), tried(lambda: nn.Module(a=1)))
print(tried(lambda: nn.Module()(1)), tried(lambda: nn.Module().forward(1)), tried(lambda: nn.Module().x), tried(lambda: m(2)))

# Modes, types and devices.
tree.eval()
print(tree.training, [one.training for one in tree.children()], tree.train(True) is tree, tree.a.training, tried(lambda: tree.train(1)))
print(tree.requires_grad_(False) is tree, {p.requires_grad for p in tree.parameters()}, tree.a.weight.requires_grad_().requires_grad)
print(tree.half().a.weight.dtype, tree.a.kept.dtype, tree.double().a.weight.dtype, tree.float().a.weight.dtype, tree.bfloat16().a.weight.dtype)
print(tree.to(torch.float64).a.weight.dtype, tree.to("cpu", torch.float32).a.weight.dtype, tree.to(torch.zeros(1).half()).a.weight.dtype, tried(lambda: tree.to(torch.int8)))
counter = nn.BatchNorm1d(2).half()
print(counter.num_batches_tracked.dtype, counter.running_mean.dtype, counter.type(torch.float64).weight.dtype, tried(lambda: nn.Linear(1, 1).to(torch.int64)))
order = []
print(tree.apply(lambda module: order.append(type(module).__name__)) is tree, order, tree.zero_grad(), tree.share_memory() is tree, tree.cpu() is tree)
print(isinstance(tree.a.weight, nn.Parameter), isinstance(torch.zeros(1), nn.Parameter), isinstance(tree.a.weight, torch.Tensor), type(tree.a.weight).__name__)

# Text.
print(nn.Linear(2, 3), nn.Sequential(nn.Linear(1, 2), nn.ReLU()), sep="\n")
print(nn.Conv1d(2, 4, 3, padding=1), nn.Embedding(3, 4), nn.LayerNorm(3), nn.Dropout(0.1), nn.LSTM(2, 3, 2), nn.ModuleList([nn.Linear(1, 1)] * 3), sep="\n")
print(nn.ModuleDict({"a": nn.Identity()}), nn.GELU(), nn.ParameterList([nn.Parameter(torch.zeros(2))]), nn.BatchNorm1d(3), nn.MultiheadAttention(4, 2), sep="\n")
print(nn.Bilinear(1, 2, 3), nn.RMSNorm(3), nn.GroupNorm(1, 2), nn.PReLU(), nn.Softmax(dim=1), nn.MaxPool1d(2), nn.Upsample(scale_factor=2.0), nn.Flatten(), nn.GRUCell(1, 2), sep="\n")
print(Leaf()._get_name(), repr(Leaf().extra_repr()), sorted(name for name in dir(tree) if len(name) < 7 and name in "a shared again plain list tied x".split()))


class Described(nn.Module):
    def extra_repr(self):
        return "width=3"

    def _get_name(self):
        return "Named"


print(Described(), nn.Sequential(OrderedDict(first=Described(), second=Leaf())), sep="\n")
twin = copy.deepcopy(tree)
print(twin.a is twin.list[0], twin.tied is twin.a.weight, twin.a.weight is tree.a.weight, twin.shared is twin.again, twin.plain[0] is tree.plain[0])
shallow = copy.copy(tree)
print(shallow.a is tree.a, shallow._modules is tree._modules, tree.__dict__.keys() == shallow.__dict__.keys())
print(tree == twin, tree in [tree], len({tree, twin, tree}), hash(tree) == hash(tree), tried(lambda: len(tree)), tried(lambda: tree[0]), bool(tree))
