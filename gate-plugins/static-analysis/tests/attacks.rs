//! Ways around a static check, each a row that reads as a sentence: what it does, the source, the rule and the line
//! that must be reported. The ids are those of the attack list (SE-*).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

use std::collections::BTreeMap;

use prism_gate_static_analysis::{Finding, Options, analyse};

fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    let files: BTreeMap<String, Vec<u8>> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    analyse(&files, &Options::default())
}

struct Row(&'static str, &'static str, &'static str, &'static str, u32);

const ROWS: &[Row] = &[
    Row(
        "SE-02",
        "os behind torch",
        "import torch\ntorch.os.system('id')\n",
        "prism:no-process",
        2,
    ),
    Row(
        "SE-02",
        "sys behind dataclasses",
        "import dataclasses\nx = dataclasses.sys\n",
        "prism:no-process",
        2,
    ),
    Row(
        "SE-02",
        "sys behind typing",
        "import typing as t\nt.sys.modules\n",
        "prism:no-process",
        2,
    ),
    Row(
        "SE-02",
        "_sys behind collections",
        "from collections import _sys\n",
        "prism:no-process",
        1,
    ),
    Row(
        "SE-02",
        "importlib behind functional",
        "import torch.nn.functional as F\nF.importlib.import_module('os')\n",
        "prism:no-dynamic-import",
        2,
    ),
    Row(
        "SE-02",
        "torch behind functional",
        "import torch.nn.functional as F\nF.torch.load('x')\n",
        "prism:no-torch-escape",
        2,
    ),
    Row(
        "SE-03",
        "inner module by from-import",
        "from torch import os\n",
        "prism:no-process",
        1,
    ),
    Row(
        "SE-03",
        "hub by from-import",
        "from torch import hub as h\n",
        "prism:no-torch-escape",
        1,
    ),
    Row(
        "SE-04",
        "torch under another name",
        "import torch as t\nt.load('x')\n",
        "prism:no-deserialization",
        2,
    ),
    Row(
        "SE-04",
        "an alias of an alias",
        "import torch\na = torch\nb = a\nb.hub.load('x', 'y')\n",
        "prism:no-torch-escape",
        4,
    ),
    Row(
        "SE-04",
        "aliases in the wrong order",
        "import torch\ndef f():\n    return x.load('p')\ny = torch\nx = y\ny = x\n",
        "prism:no-deserialization",
        3,
    ),
    Row(
        "SE-04",
        "tuple assignment",
        "import torch\na, b = torch, 1\na.save(1, 'x')\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-04",
        "walrus",
        "import torch\nif (t := torch) is not None:\n    t.load('x')\n",
        "prism:no-deserialization",
        3,
    ),
    Row(
        "SE-04",
        "walrus in a comprehension",
        "import torch\n[t for _ in (1,) if (t := torch) is not None]\nt.load('x')\n",
        "prism:no-deserialization",
        3,
    ),
    Row(
        "SE-04",
        "a conditional value",
        "import torch, math\n(torch if math.pi > 3 else math).load('x')\n",
        "prism:no-deserialization",
        2,
    ),
    Row(
        "SE-04",
        "or",
        "import torch\n(None or torch).load('x')\n",
        "prism:no-deserialization",
        2,
    ),
    Row(
        "SE-04",
        "a default argument",
        "import torch\ndef f(t=torch):\n    return t.load('x')\n",
        "prism:no-deserialization",
        3,
    ),
    Row(
        "SE-04",
        "global",
        "import torch\ndef f():\n    global g\n    g = torch\ndef h():\n    g.load('x')\n",
        "prism:no-deserialization",
        6,
    ),
    Row(
        "SE-04",
        "nonlocal",
        "import torch\ndef f():\n    def g():\n        nonlocal m\n        m = torch\n    m = None\n    g()\n    m.load('x')\n",
        "prism:no-deserialization",
        8,
    ),
    Row(
        "SE-04",
        "a class attribute",
        "import torch\nclass A:\n    t = torch\nA.t.load('x')\n",
        "prism:no-dynamic-attr",
        3,
    ),
    Row(
        "SE-04",
        "an import in a class",
        "class A:\n    import torch as t\nA.t.load('x')\n",
        "prism:no-dynamic-attr",
        2,
    ),
    Row(
        "SE-04",
        "an instance attribute",
        "import torch\nclass A:\n    def __init__(self):\n        self.t = torch\n",
        "prism:no-dynamic-attr",
        4,
    ),
    Row(
        "SE-04",
        "a list element",
        "import torch\n[torch][0].load('x')\n",
        "prism:no-dynamic-attr",
        2,
    ),
    Row(
        "SE-04",
        "an argument",
        "import torch\n(lambda m: m.load('x'))(torch)\n",
        "prism:no-dynamic-attr",
        2,
    ),
    Row(
        "SE-04",
        "a result",
        "import torch\ndef f():\n    return torch\nf().load('x')\n",
        "prism:no-dynamic-attr",
        3,
    ),
    Row(
        "SE-04",
        "a name that Python mangles",
        "import torch\n_A__t = torch\n__t = 1\nclass A:\n    def f(self):\n        return __t.load('x')\n",
        "prism:no-attribute-escape",
        6,
    ),
    Row(
        "SE-05",
        "eval aliased",
        "e = eval\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-05",
        "eval hidden by a later binding",
        "e = eval\neval = None\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-05",
        "eval hidden by a branch",
        "if False:\n    eval = None\ne = eval\n",
        "prism:no-dynamic-code",
        3,
    ),
    Row(
        "SE-05",
        "eval uncovered by del",
        "def exec(): pass\ndel exec\nexec('1')\n",
        "prism:no-dynamic-code",
        3,
    ),
    Row(
        "SE-05",
        "eval bound to itself",
        "eval = eval\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-05",
        "eval in a class body",
        "class A:\n    eval = eval\n",
        "prism:no-dynamic-code",
        2,
    ),
    Row(
        "SE-05",
        "exec as a default",
        "def f(x=exec): pass\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-05",
        "open in a list",
        "x = [open]\n",
        "prism:no-filesystem",
        1,
    ),
    Row(
        "SE-05",
        "compile as a decorator",
        "@compile\ndef f(): pass\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-05",
        "eval as a key",
        "sorted(['1'], key=eval)\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-06",
        "subscript of __builtins__",
        "__builtins__['eval']('1')\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-06",
        "builtins replaced by a class",
        "class __builtins__: pass\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-06",
        "builtins replaced by a capture",
        "match {}:\n    case __builtins__:\n        pass\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-06",
        "builtins replaced by an import",
        "import math as __builtins__\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-07",
        "__self__ of a builtin",
        "print.__self__\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-08",
        "__loader__",
        "__loader__.get_data('x')\n",
        "prism:no-dynamic-import",
        1,
    ),
    Row(
        "SE-08",
        "__spec__",
        "s = __spec__\n",
        "prism:no-dynamic-import",
        1,
    ),
    Row(
        "SE-09",
        "getattr aliased",
        "g = getattr\n",
        "prism:no-dynamic-attr",
        1,
    ),
    Row(
        "SE-09",
        "getattr passed",
        "import functools\nfunctools.reduce(getattr, ['a'], print)\n",
        "prism:no-dynamic-attr",
        2,
    ),
    Row(
        "SE-09",
        "getattr with stars",
        "a = (1, 'x')\ngetattr(*a)\n",
        "prism:no-dynamic-attr",
        2,
    ),
    Row(
        "SE-09",
        "getattr with a joined name",
        "import torch\ngetattr(torch, 'lo' + 'ad')('x')\n",
        "prism:no-deserialization",
        2,
    ),
    Row(
        "SE-09",
        "getattr with an f-string of constants",
        "import torch\nn = 'hub'\ngetattr(torch, f'{n}').load('x')\n",
        "prism:no-torch-escape",
        3,
    ),
    Row(
        "SE-09",
        "getattr with a special name",
        "getattr(print, '__se' 'lf__')\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-09",
        "getattr with an unknown name on a module",
        "import torch\ndef f(n):\n    return getattr(torch, n)\n",
        "prism:no-dynamic-attr",
        3,
    ),
    Row(
        "SE-09",
        "getattr with an unknown name on a function",
        "def f(g, n):\n    return getattr(g, n)\n",
        "prism:no-dynamic-attr",
        2,
    ),
    Row(
        "SE-09",
        "getattr with an unknown name on what self holds",
        "class A:\n    def f(self, n):\n        self.p = print\n        return getattr(self.p, n)\n",
        "prism:no-dynamic-attr",
        4,
    ),
    Row(
        "SE-09",
        "a super of one's own",
        "def super(): return print\nclass A:\n    def f(self, n):\n        return getattr(super(), n)\n",
        "prism:no-dynamic-attr",
        4,
    ),
    Row(
        "SE-10",
        "class pattern keyword",
        "match print:\n    case object(__self__=b):\n        pass\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-10",
        "__match_args__",
        "class A:\n    __match_args__ = ('__self__',)\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-11",
        "format template",
        "'{0.__class__.__init__.__globals__}'.format(print)\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-11",
        "format template by name",
        "t = '{x.__glo' + 'bals__}'\nt.format(x=1)\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-11",
        "format by str.format",
        "str.format('{0.__class__}', 1)\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-12",
        "frames of a traceback",
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    e.__traceback__.tb_frame.f_back\n",
        "prism:no-attribute-escape",
        4,
    ),
    Row(
        "SE-13",
        "frame of a generator",
        "g = (i for i in ())\ng.gi_frame\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-13",
        "frame of a coroutine",
        "def f(c):\n    return c.cr_frame\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-13",
        "frame of an async generator",
        "def f(c):\n    return c.ag_frame\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-14",
        "gc behind torch",
        "import torch\ntorch.cuda.gc.get_objects()\n",
        "prism:no-torch-escape",
        2,
    ),
    Row(
        "SE-15",
        "defaults",
        "def f(a=1): pass\nf.__defaults__\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-15",
        "inspect",
        "import inspect\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-16",
        "mro by method",
        "int.mro()\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-16",
        "subclasses",
        "object.__subclasses__()\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-17",
        "type hints",
        "from typing import get_type_hints\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-17",
        "ForwardRef",
        "import typing\ntyping.ForwardRef('x')\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-17",
        "make_dataclass",
        "from dataclasses import make_dataclass\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-18",
        "fx",
        "import torch.fx\n",
        "prism:no-torch-escape",
        1,
    ),
    Row(
        "SE-18",
        "CompilationUnit",
        "import torch\ntorch.jit.CompilationUnit('')\n",
        "prism:no-torch-escape",
        2,
    ),
    Row(
        "SE-19",
        "inductor config",
        "import torch._inductor.config as c\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-20",
        "inline extension",
        "from torch.utils.cpp_extension import load_inline\n",
        "prism:no-torch-escape",
        1,
    ),
    Row(
        "SE-21",
        "operator library",
        "import torch\ntorch.ops.load_library('x.so')\n",
        "prism:no-torch-escape",
        2,
    ),
    Row(
        "SE-22",
        "multiprocessing",
        "import torch.multiprocessing as mp\n",
        "prism:no-process",
        1,
    ),
    Row(
        "SE-22",
        "DataLoader workers",
        "from torch.utils.data import DataLoader\nDataLoader([], num_workers=4)\n",
        "prism:no-process",
        2,
    ),
    Row(
        "SE-22",
        "DataLoader behind stars",
        "from torch.utils.data import DataLoader\nDataLoader(**{'num_workers': 4})\n",
        "prism:no-process",
        2,
    ),
    Row(
        "SE-22",
        "DataLoader in a partial",
        "from torch.utils.data import DataLoader\nfrom functools import partial\np = partial(DataLoader, num_workers=4)\n",
        "prism:no-process",
        3,
    ),
    Row(
        "SE-23",
        "TCPStore",
        "import torch.distributed as dist\ndist.TCPStore('h', 1)\n",
        "prism:no-network",
        2,
    ),
    Row(
        "SE-23",
        "foreign rendezvous",
        "import torch.distributed as dist\ndist.init_process_group('gloo', init_method='tcp://1.2.3.4:5')\n",
        "prism:no-network",
        2,
    ),
    Row(
        "SE-24",
        "from_file",
        "def f(s):\n    return s.from_file('x')\n",
        "prism:no-filesystem",
        2,
    ),
    Row(
        "SE-24",
        "numpy readers",
        "import numpy as np\nnp.fromfile('x')\n",
        "prism:no-deserialization",
        2,
    ),
    Row(
        "SE-27",
        "a save that climbs out of the artifacts folder",
        "import torch\ndef train(ctx, name):\n    torch.save(1, ctx.artifacts_dir + '/../x')\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-27",
        "a save that climbs out in an f-string",
        "import torch\ndef train(ctx, name):\n    torch.save(1, f'{ctx.artifacts_dir}/../x')\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-27",
        "a save to a path only known at run time",
        "import torch\ndef train(ctx, name):\n    torch.save(1, ctx.artifacts_dir + name)\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-27",
        "a save to a formatted folder",
        "import torch\ndef train(ctx, name):\n    torch.save(1, f'{ctx.artifacts_dir:>3}/x')\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-27",
        "a save with the folder behind another text",
        "import torch\ndef train(ctx, name):\n    torch.save(1, '/x' + ctx.artifacts_dir)\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-27",
        "a save of starred arguments",
        "import torch\ndef train(ctx, name):\n    torch.save(1, *[ctx.artifacts_dir])\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-27",
        "a save to the scratch of another object",
        "import torch\ndef train(ctx, name):\n    torch.save(1, ctx.run.artifacts_dir + '/x')\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-27",
        "the artifacts folder with another pickler",
        "import torch\ndef train(ctx):\n    torch.save(1, ctx.artifacts_dir + '/x', pickle_module=ctx)\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-27",
        "save under another name",
        "import torch\ndef train(ctx):\n    keep = torch.save\n    keep(1, ctx.artifacts_dir + '/x')\n",
        "prism:no-filesystem",
        3,
    ),
    Row(
        "SE-25",
        "tofile",
        "def f(a):\n    a.tofile('x')\n",
        "prism:no-filesystem",
        2,
    ),
    Row(
        "SE-26",
        "torch.load of one's own file",
        "import torch\ndef train(ctx):\n    torch.load(ctx.artifacts_dir + '/x')\n",
        "prism:no-deserialization",
        3,
    ),
    Row(
        "SE-28",
        "a replaced loss",
        "import torch\ntorch.nn.functional.cross_entropy = lambda *a: 0\n",
        "prism:no-harness-tampering",
        2,
    ),
    Row(
        "SE-28",
        "a replaced method",
        "from torch import nn\nnn.Module.forward = print\n",
        "prism:no-harness-tampering",
        2,
    ),
    Row(
        "SE-28",
        "setattr on a module",
        "import math\nsetattr(math, 'log', print)\n",
        "prism:no-harness-tampering",
        2,
    ),
    Row(
        "SE-28",
        "a loop target",
        "import math\nfor math.log in [print]:\n    pass\n",
        "prism:no-harness-tampering",
        2,
    ),
    Row(
        "SE-28",
        "another file's name",
        "import torch.nn as n\ndel n.Linear\n",
        "prism:no-harness-tampering",
        2,
    ),
    Row(
        "SE-29",
        "function mode",
        "from torch.overrides import TorchFunctionMode\n",
        "prism:no-torch-escape",
        1,
    ),
    Row(
        "SE-30",
        "tensor subclass",
        "import torch\nclass T(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, *a): pass\n",
        "prism:no-attribute-escape",
        4,
    ),
    Row(
        "SE-31",
        "dispatcher override",
        "import torch\ntorch.library.Library('aten', 'IMPL')\n",
        "prism:no-torch-escape",
        2,
    ),
    Row(
        "SE-31",
        "default dtype",
        "import torch\ntorch.set_default_dtype(torch.float16)\n",
        "prism:no-harness-tampering",
        2,
    ),
    Row(
        "SE-31",
        "determinism off",
        "import torch\ntorch.use_deterministic_algorithms(False)\n",
        "prism:no-harness-tampering",
        2,
    ),
    Row(
        "SE-32",
        "hooks on all modules",
        "from torch.nn.modules.module import register_module_forward_hook\n",
        "prism:no-harness-tampering",
        1,
    ),
    Row(
        "SE-32",
        "finalizers",
        "class A:\n    def __del__(self): pass\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-32",
        "weak references",
        "import weakref\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row(
        "SE-32",
        "threads",
        "import threading\n",
        "prism:no-process",
        1,
    ),
    Row(
        "SE-33",
        "metaclass",
        "class M(type): pass\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-33",
        "metaclass keyword",
        "def m(*a): pass\nclass A(metaclass=m): pass\n",
        "prism:no-dynamic-code",
        2,
    ),
    Row(
        "SE-33",
        "__init_subclass__",
        "class A:\n    def __init_subclass__(cls): pass\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-33",
        "type with three arguments",
        "type('A', (), {'__reduce__': print})\n",
        "prism:no-dynamic-code",
        1,
    ),
    Row(
        "SE-34",
        "__format__",
        "class A:\n    def __format__(self, s): return ''\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-35",
        "star import",
        "from torch import *\n",
        "prism:no-forbidden-import",
        1,
    ),
    Row(
        "SE-36",
        "relative import out of the bundle",
        "from ... import x\n",
        "prism:no-forbidden-import",
        1,
    ),
    Row(
        "SE-43",
        "__reduce__",
        "class A:\n    def __reduce__(self): return (print, ())\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-43",
        "__reduce__ by assignment",
        "class A: pass\nA.__reduce__ = lambda s: (print, ())\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-43",
        "__getattribute__",
        "class A:\n    def __getattribute__(self, n): pass\n",
        "prism:no-attribute-escape",
        2,
    ),
    Row(
        "SE-43",
        "module __getattr__",
        "def __getattr__(name): pass\n",
        "prism:no-attribute-escape",
        1,
    ),
    Row("SE-46", "ctypes", "import ctypes\n", "prism:no-ffi", 1),
    Row(
        "SE-46",
        "ctypes through numpy",
        "import numpy as np\nnp.zeros(1).ctypes\n",
        "prism:no-ffi",
        2,
    ),
    Row(
        "SE-46",
        "dlpack",
        "import torch\ntorch.from_dlpack(1)\n",
        "prism:no-ffi",
        2,
    ),
    Row(
        "SE-49",
        "breakpoint",
        "breakpoint()\n",
        "prism:no-process",
        1,
    ),
    Row("SE-49", "exit", "exit(0)\n", "prism:no-process", 1),
    Row(
        "SG-01",
        "the harness's own modules",
        "import prism_challenge.runner\n",
        "prism:no-forbidden-import",
        1,
    ),
    Row(
        "SG-01",
        "a private name of the interface",
        "from prism_challenge.evaluator import interface\ninterface._TRAIN_SHARDS = []\n",
        "prism:no-harness-tampering",
        2,
    ),
    Row("base", "sys", "import sys\n", "prism:no-process", 1),
    Row(
        "base",
        "requests",
        "import requests\n",
        "prism:no-network",
        1,
    ),
    Row(
        "base",
        "pathlib",
        "from pathlib import Path\n",
        "prism:no-filesystem",
        1,
    ),
    Row(
        "base",
        "pickle",
        "import pickle\n",
        "prism:no-deserialization",
        1,
    ),
    Row(
        "base",
        "importlib",
        "import importlib\n",
        "prism:no-dynamic-import",
        1,
    ),
    Row(
        "base",
        "__import__",
        "__import__('os')\n",
        "prism:no-dynamic-import",
        1,
    ),
    Row(
        "base",
        "an unknown package",
        "import leftpad\n",
        "prism:no-forbidden-import",
        1,
    ),
    Row(
        "base",
        "vars",
        "def f(c): return vars(c)\n",
        "prism:no-dynamic-attr",
        1,
    ),
    Row("base", "not Python", "def f(:\n", "prism:syntax-error", 1),
    Row(
        "base",
        "syntax of a newer Python",
        "def f[T](x: T) -> T:\n    return x\n",
        "prism:syntax-error",
        1,
    ),
    Row(
        "base",
        "a guard that is not one",
        "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    import os\n",
        "prism:no-process",
        3,
    ),
    Row(
        "base",
        "the else of a guard",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import os\n",
        "prism:no-process",
        5,
    ),
    Row(
        "base",
        "a guarded import of a present module",
        "try:\n    import subprocess\nexcept ImportError:\n    subprocess = None\n",
        "prism:no-process",
        2,
    ),
    Row(
        "base",
        "an unguarded import of an absent module",
        "import flash_attn\n",
        "prism:no-forbidden-import",
        1,
    ),
];

#[test]
fn every_way_around_is_reported_with_its_rule_and_line() {
    let mut missed = Vec::new();
    for Row(id, what, source, rule, line) in ROWS {
        let found = findings(&[("architecture.py", source)]);
        if !found
            .iter()
            .any(|finding| finding.rule == *rule && finding.position.line == *line)
        {
            let found: Vec<_> = found
                .iter()
                .map(|f| (f.rule, f.position.line, f.message.as_str()))
                .collect();
            missed.push(format!(
                "{id} {what}: wanted {rule} on line {line}, got {found:?}"
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_module_re_exported_by_another_file_is_followed() {
    for (helper, main) in [
        (
            "import torch\n",
            "from helpers import torch as t\nt.load('x')\n",
        ),
        (
            "import torch\nt = torch\n",
            "import helpers\nhelpers.t.load('x')\n",
        ),
        (
            "import torch\nt = torch\n",
            "from helpers import *\nt.load('x')\n",
        ),
        (
            "from torch import load as honest_name\n",
            "from helpers import honest_name\nhonest_name('x')\n",
        ),
        (
            "import torch\n",
            "import helpers as h\ng = h\ng.torch.load('x')\n",
        ),
    ] {
        let found = findings(&[("helpers.py", helper), ("architecture.py", main)]);
        let hit = found.iter().any(|f| {
            f.path == "architecture.py"
                && f.rule == "prism:no-deserialization"
                && f.position.line >= 2
        });
        assert!(hit, "{helper:?} {main:?} {found:?}");
    }
}

#[test]
fn a_file_named_like_a_forbidden_module_unlocks_nothing() {
    let found = findings(&[
        ("os.py", "x = 1\n"),
        ("architecture.py", "import os\nos.system('id')\n"),
    ]);
    assert_eq!(
        found.iter().map(|f| f.rule).collect::<Vec<_>>(),
        ["prism:no-process", "prism:no-process"]
    );
}

#[test]
fn every_violation_is_reported_not_only_the_first() {
    let found = findings(&[
        ("architecture.py", "import os\nimport socket\neval('1')\n"),
        ("training.py", "import pickle\n"),
    ]);
    let all: Vec<_> = found
        .iter()
        .map(|f| (f.path.as_str(), f.position.line, f.rule))
        .collect();
    assert_eq!(
        all,
        [
            ("architecture.py", 1, "prism:no-process"),
            ("architecture.py", 2, "prism:no-network"),
            ("architecture.py", 3, "prism:no-dynamic-code"),
            ("training.py", 1, "prism:no-deserialization"),
        ]
    );
}

#[test]
fn columns_count_characters() {
    let found = findings(&[("architecture.py", "x = 'äöü'; eval(x)\n")]);
    assert_eq!((found[0].position.line, found[0].position.column), (1, 12));
}

#[test]
fn hostile_shapes_end_quickly_and_deep_ones_are_refused() {
    let deep = [
        "(".repeat(5000) + "1" + &")".repeat(5000),
        "x = ".to_owned() + &"not ".repeat(20_000) + "1",
        "x = ".to_owned() + &"lambda a, b: ".repeat(5000) + "1",
        "x = a".to_owned() + &".b".repeat(100_000),
        "x = 1".to_owned() + &" + 1".repeat(100_000),
        "x = f".to_owned() + &"()".repeat(50_000),
        (0..400)
            .map(|depth| " ".repeat(depth) + "if x:\n")
            .collect::<String>(),
    ];
    for source in &deep {
        let found = findings(&[("architecture.py", source)]);
        assert_eq!(
            found.iter().map(|f| f.rule).collect::<Vec<_>>(),
            ["prism:syntax-error"],
            "{}",
            &source[..20]
        );
    }
    let wide = [
        "import torch\n".to_owned() + &"torch.nn.functional.gelu\n".repeat(40_000),
        "import torch\n".to_owned()
            + &(0..20_000)
                .map(|i| format!("x{i} = x{}\n", i + 1))
                .collect::<String>()
            + "x20000 = torch\n",
        "import torch\n".to_owned()
            + &(0..20_000)
                .map(|i| format!("x = torch.a{i}\n"))
                .collect::<String>(),
        "import torch\nx = torch\n".to_owned() + &"x = x.a\n".repeat(20_000),
        "x = [".to_owned() + &"1, ".repeat(200_000) + "]\n",
        (0..20_000).map(|_| "x = y\ny = x\n").collect::<String>() + "import torch\nx = torch\n",
        "from a import *\n".repeat(2000) + &"len(x)\n".repeat(10_000),
    ];
    for source in &wide {
        let start = std::time::Instant::now();
        let _ = findings(&[
            ("architecture.py", source),
            ("a.py", "from b import *\n"),
            ("b.py", "from a import *\n"),
        ]);
        let spent = start.elapsed();
        assert!(
            spent.as_secs() < 5,
            "{spent:?} for {}",
            &source[..40.min(source.len())]
        );
        println!("{spent:?} {:?}", &source[..40]);
    }
}
