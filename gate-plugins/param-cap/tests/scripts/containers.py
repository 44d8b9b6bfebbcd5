"""Sequential, ModuleList, ModuleDict, ParameterList and ParameterDict: everything they do."""

from collections import OrderedDict

import torch
from torch import nn


def tried(action):
    try:
        return action()
    except Exception as error:
        return type(error).__name__


def kinds(modules):
    return [type(one).__name__ for one in modules]


s = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 3))
print(len(s), kinds(s), kinds(s[1:]), type(s[-1]).__name__, tried(lambda: s[3]), tried(lambda: s["0"]), type(s[:2]).__name__)
s[1] = nn.Tanh()
del s[0]
print(kinds(s), list(s._modules), list(s.state_dict()))
s.append(nn.GELU()).insert(0, nn.Identity()).extend([nn.SiLU(), nn.Mish()])
print(kinds(s), list(s._modules), type(s.pop(1)).__name__, kinds(s))
print(kinds(s + nn.Sequential(nn.ReLU())), kinds(nn.Sequential(nn.ReLU()) * 3), tried(lambda: s + [nn.ReLU()]), tried(lambda: s * 0))
s += nn.Sequential(nn.ELU())
print(kinds(s), tried(lambda: s.append(3)), tried(lambda: s.insert(9, nn.ReLU())), tried(lambda: nn.Sequential(3)), tried(lambda: nn.Sequential([nn.ReLU()])))
named = nn.Sequential(OrderedDict([("a", nn.Linear(1, 1)), ("b", nn.ReLU())]))
print(list(named._modules), type(named.a).__name__, kinds(named[:1]), list(named[:1]._modules), named.b is named[1], list(named.named_children())[0][0])
del named[0]
print(list(named._modules), tried(lambda: named[torch.tensor(0)].__class__.__name__), list(reversed(list(named)))[0].__class__.__name__)
del s[1:3]
print(kinds(s), list(s._modules), nn.Sequential()(5), len(nn.Sequential()), nn.ReLU() in nn.Sequential(nn.ReLU()), s[0] in s)

m = nn.ModuleList([nn.ReLU(), nn.Tanh()])
print(len(m), kinds(m), kinds(m[::-1]), type(m[-1]).__name__, tried(lambda: m[2]), tried(lambda: m[1.0]), type(m[0:1]).__name__)
m.append(nn.GELU()).extend(nn.ModuleList([nn.ELU()]))
m.insert(1, nn.Identity())
print(kinds(m), list(m._modules), kinds(m + [nn.SiLU()]), type(m + [nn.SiLU()]).__name__)
m += [nn.Mish()]
m[0] = nn.Sigmoid()
del m[1]
print(kinds(m), type(m.pop(-1)).__name__, kinds(m), tried(lambda: m.extend(nn.ReLU())), tried(lambda: m.append(1)), tried(lambda: m(1)), tried(lambda: m.extend(5)))
del m[0:2]
print(kinds(m), list(m._modules), dir(m).count("0"), tried(lambda: nn.ModuleList([1])), tried(lambda: m.forward()), m[0] in m, list(map(type, reversed(list(m))))[0].__name__)
print(kinds(nn.ModuleList(one for one in (nn.ReLU(), nn.Tanh()))), len(nn.ModuleList()), tried(lambda: m.pop(9)), list(m.named_children())[0][0])

d = nn.ModuleDict({"b": nn.ReLU(), "a": nn.Tanh()})
print(list(d), list(d.keys()), kinds(d.values()), [k for k, _ in d.items()], "a" in d, len(d), tried(lambda: d["x"]), type(d["a"]).__name__)
d.update([("c", nn.GELU()), ("b", nn.ELU())])
d.update(nn.ModuleDict({"z": nn.Mish()}))
d["n"] = nn.Identity()
print(list(d), kinds(d.values()), type(d.pop("a")).__name__, list(d), tried(lambda: d.pop("a")), tried(lambda: d.update(5)), tried(lambda: d.update([1])))
print(tried(lambda: d.__setitem__("a.b", nn.ReLU())), tried(lambda: d.__setitem__(3, nn.ReLU())), tried(lambda: d.__setitem__("q", 3)), tried(lambda: nn.ModuleDict([["p", nn.ReLU()]]).p.__class__.__name__))
print(tried(lambda: d.__setitem__("keys", nn.ReLU())), tried(lambda: nn.ModuleDict({"type": nn.ReLU()})), tried(lambda: nn.ModuleDict({"forward": nn.ReLU()})))
del d["c"]
d.clear()
print(list(d), bool(d), tried(lambda: d(1)), tried(lambda: nn.ModuleDict({"b": nn.ReLU()}) | {"c": 1}))

P = lambda n: nn.Parameter(torch.zeros(n))
p = nn.ParameterList([P(1), P(2)])
print(len(p), [tuple(one.shape) for one in p], tuple(p[-1].shape), tried(lambda: p[2]), [n for n, _ in p.named_parameters()], type(p[0:1]).__name__)
p.append(P(3)).extend([P(4)])
p += [torch.zeros(5)]
p[0] = P(9)
print([tuple(one.shape) for one in p], type(p[4]).__name__, [n for n, _ in p.named_parameters()], tried(lambda: p.extend(P(1))), tried(lambda: p.append("text") and p[5]))
print(len(p), [n for n, _ in p.named_parameters()], tried(lambda: p(1)), tuple(p.pop(0).shape) if hasattr(p, "pop") else None)
q = nn.ParameterList()
print(len(q), list(q), tried(lambda: nn.ParameterList(3)), list(nn.ParameterList(iter([P(1)]))[0].shape), "0" in dir(nn.ParameterList([P(1)])))
q.extend(nn.ParameterList([P(2)]))
q.extend(P(n) for n in (3, 4))
print([tuple(one.shape) for one in q], len(list(q.parameters())), tried(lambda: q.__setitem__(0, torch.zeros(7))), type(q[0]).__name__, tuple(q[0].shape))
print(tried(lambda: q.__setitem__(0, nn.Linear(2, 2))))
print([n for n, _ in q.named_parameters()], q[1:], [n for n, _ in q.named_modules()])

e = nn.ParameterDict({"b": P(1), "a": torch.zeros(2)})
print(list(e), [k for k in e.keys()], [tuple(v.shape) for v in e.values()], [k for k, _ in e.items()], "a" in e, "x" in e, len(e), type(e["a"]).__name__)
e["c"] = P(3)
e.update({"d": P(4), "b": P(5)})
e.c2 = P(6)
print(list(e), [n for n, _ in e.named_parameters()], e.get("x"), e.get("x", 3), tuple(e.get("b").shape), tried(lambda: e["x"]), tuple(e.a.shape))
print(tuple(e.pop("a").shape), list(e), e.popitem()[0], tuple(e.setdefault("s", P(7)).shape), tuple(e.setdefault("s").shape), e.setdefault("none"), list(e.copy()), tried(lambda: e.pop("q")))
print(list(e.fromkeys(["u", "v"])), [k for k in reversed(e)], list(nn.ParameterDict([("k", P(1))])), list(e | {"w": P(1)}), tried(lambda: e(1)))
e |= nn.ParameterDict({"y": P(2)})
del e["b"]
print(list(e), [n for n, _ in e.named_parameters()], tried(lambda: e.__setitem__("t", "text") or e["t"]), tried(lambda: e.__setitem__("x.y", P(1))), tried(lambda: nn.ParameterDict({1: P(1)})[1].shape), tried(lambda: nn.ParameterDict({"keys": P(1)})))
e = nn.ParameterDict({"k": P(1)})
e.clear()
print(list(e), len(list(e.parameters())), nn.ParameterDict({"x": torch.zeros(1, dtype=torch.long)}) if False else None)
