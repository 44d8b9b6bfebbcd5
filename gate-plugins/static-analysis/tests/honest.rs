//! Programs that must pass, each a row that reads as a sentence. The ids are those of the honest list (OK-*).
#![allow(clippy::unwrap_used, reason = "test")]

use std::collections::BTreeMap;

use prism_gate_static_analysis::{Finding, Options, analyse};

fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    let files: BTreeMap<String, Vec<u8>> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    analyse(&files, &Options::default())
}

const ROWS: &[(&str, &str, &str)] = &[
    (
        "OK-01",
        "model.eval() is a method",
        "def train(ctx):\n    m = ctx.build_model()\n    m.eval()\n",
    ),
    (
        "OK-02",
        "comments and docstrings decide nothing",
        "\"\"\"No socket, subprocess or requests, no eval().\"\"\"\n# import os\n",
    ),
    (
        "OK-03",
        "list.remove and hook.remove",
        "x = [1]\nx.remove(1)\ndef f(h):\n    h.remove()\n",
    ),
    (
        "OK-04",
        "methods called system, spawn, fork",
        "class A:\n    def system(self): return self.spawn()\n    def spawn(self): return self.fork\n    fork = 1\n",
    ),
    (
        "OK-05",
        "the class's name in extra_repr",
        "from torch import nn\nclass A(nn.Module):\n    def extra_repr(self): return self.__class__.__name__\n",
    ),
    (
        "OK-20",
        "saving below the artifacts folder",
        "import torch\ndef train(ctx):\n    m = ctx.build_model()\n    torch.save(m.state_dict(), ctx.artifacts_dir + '/state.pt')\n    torch.save(m, f'{ctx.artifacts_dir}/m.pt')\n",
    ),
    (
        "OK-06",
        "computed layer names on self",
        "from torch import nn\nclass A(nn.Module):\n    def __init__(self, n):\n        super().__init__()\n        for i in range(n):\n            setattr(self, f'layer{i}', nn.Linear(1, 1))\n    def forward(self, x):\n        for i in range(3):\n            x = getattr(self, f'layer{i}')(x)\n        return x\n",
    ),
    (
        "OK-06",
        "one of several known functions",
        "import torch.nn.functional as F\ndef f(x, fast):\n    return getattr(F, 'relu' if fast else 'gelu')(x)\n",
    ),
    (
        "OK-06",
        "known functions in a loop",
        "import torch\ndef f(x):\n    for n in ('sin', 'cos'):\n        x = getattr(torch, n)(x)\n    return x\n",
    ),
    (
        "OK-07",
        "getattr of load on an object",
        "def f(x):\n    return getattr(x, 'load', None)\n",
    ),
    (
        "OK-08",
        "asdict prints a configuration",
        "from dataclasses import dataclass, asdict, field\n@dataclass(frozen=True)\nclass C:\n    d: int = 1\n    l: list = field(default_factory=list)\nprint(asdict(C()))\n",
    ),
    (
        "OK-09",
        "pure helpers",
        "import functools, itertools, contextlib, abc, enum, copy, operator, heapq, bisect, statistics, string, numbers, types\nfrom functools import partial, lru_cache\nx = types.SimpleNamespace(a=1)\ny = copy.deepcopy(x)\nz = sorted([(1, 2)], key=operator.itemgetter(1))\nclass E(enum.Enum):\n    A = enum.auto()\nclass B(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n@contextlib.contextmanager\ndef g():\n    yield\n",
    ),
    (
        "OK-10",
        "time for schedules",
        "import time\nfrom time import perf_counter\nt = time.monotonic() - perf_counter()\n",
    ),
    (
        "OK-11",
        "random, warnings, logging, json, re",
        "import random, warnings, logging, json, re\nlog = logging.getLogger(__name__)\nlogging.basicConfig(level=logging.INFO)\nwarnings.filterwarnings('ignore')\nr = random.Random(0)\nrandom.seed(1)\nprint(json.dumps({'a': 1}), re.compile('a').match('a'))\n",
    ),
    (
        "OK-12",
        "numpy for a table",
        "import numpy as np\nt = np.outer(np.arange(3), np.ones(2)).astype(np.float32)\ng = np.random.default_rng(0)\n",
    ),
    (
        "OK-13",
        "einops and typing_extensions",
        "from einops import rearrange\nfrom einops.layers.torch import Rearrange\nfrom typing_extensions import Self\n",
    ),
    (
        "OK-14",
        "a guarded kernel",
        "try:\n    from flash_attn import flash_attn_func\n    import triton\n    import triton.language as tl\nexcept ImportError:\n    flash_attn_func = None\n    triton = None\ndef f(q):\n    if triton is not None and flash_attn_func is not None:\n        return flash_attn_func(q, q, q)\n    return q\n",
    ),
    (
        "OK-15",
        "imports for type checking only",
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pathlib import Path\n    import os\ndef f(p: Path) -> os.PathLike: ...\n",
    ),
    (
        "OK-15",
        "typing.TYPE_CHECKING",
        "import typing as t\nif t.TYPE_CHECKING:\n    import socket\n",
    ),
    (
        "OK-19",
        "own function called compile, parameter called input",
        "def compile(x): return x\ndef f(input, open=None):\n    vars = input\n    return compile(vars)\nclass A:\n    def open(self): return 1\n    def eval(self): return self.open()\n",
    ),
    (
        "OK-19",
        "own module-level name, used in a function",
        "input = 3\ndef f():\n    return input\n",
    ),
    (
        "OK-24",
        "rank guards",
        "def train(ctx):\n    is_main = ctx.rank == 0\n    if not ctx.rank:\n        print('main', is_main)\n",
    ),
    (
        "OK-40",
        "what works in every PyTorch program",
        "from __future__ import annotations\nimport math\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nfrom torch import Tensor\nfrom torch.utils.checkpoint import checkpoint\nfrom collections import OrderedDict, defaultdict\nfrom collections.abc import Callable\nfrom typing import Optional\n\nclass Fn(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        ctx.save_for_backward(x)\n        return x\n    @staticmethod\n    def backward(ctx, g):\n        (x,) = ctx.saved_tensors\n        return g * x\n\nclass RMSNorm(nn.Module):\n    def __init__(self, d: int, eps: float = 1e-6) -> None:\n        super().__init__()\n        self.weight = nn.Parameter(torch.ones(d))\n        self.eps = eps\n        self.register_buffer('mask', torch.tril(torch.ones(8, 8, dtype=torch.bool)))\n        self._cache: Optional[Tensor] = None\n    def forward(self, x: Tensor) -> Tensor:\n        return Fn.apply(x) * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight\n\nclass M(nn.Module):\n    def __init__(self, cfg):\n        super(M, self).__init__()\n        self.emb = nn.Embedding(10, 4)\n        self.head = nn.Linear(4, 10, bias=False)\n        self.head.weight = self.emb.weight\n        self.blocks = nn.ModuleList([RMSNorm(4) for _ in range(2)])\n        self.apply(self._init)\n    def _init(self, m):\n        if isinstance(m, (nn.Linear, nn.Embedding)):\n            nn.init.normal_(m.weight, std=0.02 / math.sqrt(2))\n    @torch.compile\n    def forward(self, ids):\n        x = self.emb(ids)\n        for b in self.blocks:\n            x = checkpoint(b, x, use_reentrant=False)\n        y = F.scaled_dot_product_attention(x, x, x, is_causal=True)\n        return F.linear(y, self.head.weight)\n    def __repr__(self):\n        return f'{type(self).__name__}({self.blocks})'\n\ndef build_model(ctx):\n    model = M(ctx)\n    print(torch.__version__, sum(p.numel() for p in model.parameters()))\n    return torch.compile(model) if hasattr(torch, 'compile') else model\n",
    ),
    (
        "OK-40",
        "a training loop with schedule, clipping and mixed precision",
        "import math\nimport torch\nfrom torch import nn, optim\nfrom torch.optim.lr_scheduler import LambdaLR\nfrom prism_challenge.evaluator.interface import PrismContext\n\nclass Lion(optim.Optimizer):\n    def __init__(self, params, lr=1e-3):\n        super().__init__(params, dict(lr=lr))\n    @torch.no_grad()\n    def step(self, closure=None):\n        for group in self.param_groups:\n            for p in group['params']:\n                if p.grad is None:\n                    continue\n                state = self.state[p]\n                m = state.setdefault('m', torch.zeros_like(p))\n                p.add_(m.lerp(p.grad, 0.1).sign_(), alpha=-group['lr'])\n\ndef train(ctx: PrismContext) -> None:\n    torch.manual_seed(ctx.seed)\n    torch.backends.cuda.matmul.allow_tf32 = True\n    torch.backends.cudnn.benchmark = True\n    torch.set_float32_matmul_precision('high')\n    model = ctx.build_model().to(ctx.device)\n    opt = torch.optim.AdamW(model.parameters(), lr=3e-4, betas=(0.9, 0.95), fused=torch.cuda.is_available())\n    sched = LambdaLR(opt, lambda step: min(1.0, (step + 1) / 10) * 0.5 * (1 + math.cos(0.1)))\n    scaler = torch.amp.GradScaler('cuda', enabled=False)\n    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=128):\n        ids = batch.tokens\n        with torch.autocast(device_type='cpu', dtype=torch.bfloat16, enabled=False):\n            logits = model(ids)\n        loss = nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())\n        opt.zero_grad(set_to_none=True)\n        scaler.scale(loss).backward()\n        nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n        scaler.step(opt)\n        scaler.update()\n        sched.step()\n        print('{:.3f} {name}'.format(loss.item(), name='loss'))\n",
    ),
    (
        "DDP",
        "the usual distributed idioms",
        "import torch\nimport torch.distributed as dist\nfrom torch.nn.parallel import DistributedDataParallel as DDP\nfrom torch.utils.data.distributed import DistributedSampler\n\ndef train(ctx):\n    distributed = ctx.world_size > 1\n    if distributed and dist.is_available() and not dist.is_initialized():\n        dist.init_process_group(backend=ctx.distributed_backend or 'gloo', init_method='env://')\n    if torch.cuda.is_available():\n        torch.cuda.set_device(ctx.local_rank)\n    model = ctx.build_model()\n    if distributed:\n        model = DDP(model, device_ids=[ctx.local_rank] if torch.cuda.is_available() else None)\n    for batch in ctx.iter_train_batches(model):\n        loss = model(batch.tokens).mean()\n        loss.backward()\n        if distributed:\n            dist.all_reduce(loss, op=dist.ReduceOp.SUM)\n    if dist.is_initialized():\n        dist.barrier()\n        dist.destroy_process_group()\n",
    ),
    (
        "wrapper",
        "a wrapper that forwards attributes",
        "from torch import nn\nclass W(nn.Module):\n    def __init__(self, m):\n        super().__init__()\n        self.m = m\n    def __getattr__(self, name):\n        try:\n            return super().__getattr__(name)\n        except AttributeError:\n            return getattr(super().__getattr__('m'), name)\n",
    ),
    (
        "wrapper",
        "explicit base initialiser and frozen dataclass",
        "from torch import nn\nfrom dataclasses import dataclass\nclass A(nn.Module):\n    def __init__(self):\n        nn.Module.__init__(self)\n@dataclass(frozen=True)\nclass C:\n    x: int = 0\n    def __post_init__(self):\n        object.__setattr__(self, 'x', 1)\n",
    ),
    (
        "scopes",
        "comprehensions, match, walrus, closures",
        "def f(xs):\n    if (n := len(xs)) > 1:\n        print(n)\n    match xs:\n        case [a, *rest]:\n            return [a + r for r in rest]\n        case {'k': v, **other}:\n            return v, other\n    def g():\n        nonlocal n\n        n += 1\n    return {k: v for k, v in zip(xs, xs)}\n",
    ),
    (
        "names",
        "the torch names people use",
        "import torch, math\nimport torch.nn.functional as F\nfrom torch import nn, optim, Tensor, einsum\nfrom torch.nn import Module, Parameter, functional\nfrom torch.cuda.amp import autocast, GradScaler\nfrom torch.optim.optimizer import Optimizer\nfrom torch.nn.attention import SDPBackend, sdpa_kernel\nfrom torch.nn.utils.parametrizations import orthogonal, weight_norm\nfrom torch.distributed.fsdp import FullyShardedDataParallel as FSDP\nx = (torch.einsum, torch.meshgrid, torch.stft, torch.split, torch.norm, torch.block_diag, torch.cdist, torch.tensordot, torch.tensor, torch.as_tensor, torch.from_numpy, torch.arange, torch.zeros, torch.empty, torch.full, torch.randn, torch.rand, torch.randint, torch.randperm, torch.multinomial, torch.stack, torch.cat, torch.where, torch.gather, torch.scatter, torch.topk, torch.sort, torch.cumsum, torch.cumprod, torch.outer, torch.bmm, torch.matmul, torch.baddbmm, torch.polar, torch.view_as_complex, torch.view_as_real, torch.logsumexp, torch.softmax, torch.sigmoid, torch.tanh, torch.erf, torch.exp, torch.log, torch.rsqrt, torch.triu, torch.tril, torch.eye, torch.diag, torch.linspace, torch.clamp, torch.roll, torch.flip, torch.unbind, torch.chunk, torch.isfinite, torch.allclose, torch.equal, torch.numel, torch.bincount, torch.histc, torch.searchsorted, torch.bernoulli, torch.normal, torch.empty_like, torch.lerp, torch.addcmul, torch.addcdiv)\nd = (torch.float, torch.float16, torch.bfloat16, torch.float32, torch.long, torch.int64, torch.bool, torch.uint8, torch.strided, torch.contiguous_format, torch.channels_last)\ny = (nn.RMSNorm, nn.LayerNorm, nn.ModuleDict, nn.ParameterList, nn.Identity, nn.Sequential, nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.LSTM, nn.Conv1d, nn.Dropout, nn.SiLU, nn.Buffer, F.rms_norm, F.softplus, F.one_hot, F.pad, F.unfold, F.silu, F.glu, F.log_softmax, F.layer_norm, F.embedding, nn.init.xavier_uniform_, nn.init.trunc_normal_, nn.init.orthogonal_, nn.utils.clip_grad_norm_, nn.utils.parameters_to_vector)\nz = (optim.AdamW, optim.SGD, optim.Muon if hasattr(optim, 'Muon') else None, optim.lr_scheduler.OneCycleLR, optim.lr_scheduler.CosineAnnealingLR, optim.swa_utils.AveragedModel, torch.fft.rfft, torch.linalg.norm, torch.func.functional_call, torch.func.vmap, torch.special.erf, torch.distributions.Categorical, torch.utils.checkpoint.checkpoint, torch.autograd.grad, torch.random.fork_rng, torch.cuda.Stream)\n",
    ),
    (
        "names",
        "layers under their long names and a schedule of one's own",
        "from torch.nn.modules.activation import GELU\nfrom torch.nn.modules.container import ModuleList\nfrom torch.nn.modules.conv import _ConvNd, Conv1d\nfrom torch.nn.modules.dropout import Dropout\nfrom torch.nn.modules.linear import Linear\nfrom torch.nn.modules.normalization import RMSNorm\nfrom torch.nn.modules.rnn import LSTM\nfrom torch.nn.modules.sparse import Embedding\nfrom torch.nn.modules.transformer import TransformerEncoderLayer\nfrom torch.optim.lr_scheduler import _LRScheduler\n\nclass Warm(_LRScheduler):\n    def get_lr(self):\n        return [rate * min(1.0, (self.last_epoch + 1) / 10) for rate in self.base_lrs]\n",
    ),
    (
        "names",
        "a Muon-like optimiser with batched forms",
        "import torch\ndef newton(g, steps: int = 5):\n    a, b, c = (3.4445, -4.7750, 2.0315)\n    x = g.bfloat16() / (g.norm() + 1e-7)\n    for _ in range(steps):\n        s = x @ x.mT\n        x = a * x + (b * s + c * s @ s) @ x\n    return x\n@torch.no_grad()\ndef ema(xs, ys, d):\n    torch._foreach_mul_(xs, d)\n    torch._foreach_add_(xs, ys, alpha=1 - d)\n    torch._foreach_lerp_(xs, ys, 1 - d)\n",
    ),
    (
        "script",
        "the habits of scripts",
        "__all__ = ['main', 'C']\n__version__ = '1'\nclass C:\n    __slots__ = ('a',)\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n        for k, v in kwargs.items():\n            setattr(self, k, v)\n    @property\n    def p(self) -> type: return type(self)\n    @staticmethod\n    def s(x): return isinstance(x, (int, str, type))\n    @classmethod\n    def make(cls): return cls()\n    __call__ = make\ndef main():\n    assert type(1) is int\n    raise NotImplementedError\nif __name__ == '__main__':\n    main()\n",
    ),
    (
        "scopes",
        "walking a list at module level",
        "class N:\n    next = None\nnode = N()\nwhile node is not None:\n    node = node.next\n",
    ),
    ("gc", "collecting garbage", "import gc\ngc.collect()\n"),
    (
        "data",
        "a loader in the training process",
        "from torch.utils.data import DataLoader, TensorDataset\ndef f(t):\n    return DataLoader(TensorDataset(t), batch_size=2, shuffle=False, num_workers=0)\n",
    ),
];

#[test]
fn every_honest_idiom_passes() {
    let mut wrong = Vec::new();
    for (id, what, source) in ROWS {
        for finding in findings(&[("architecture.py", source)]) {
            wrong.push(format!(
                "{id} {what}: line {}: {} {}",
                finding.position.line, finding.rule, finding.message
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_bundles_own_packages_and_siblings_are_found() {
    // OK-16, OK-17: packages, relative imports, and siblings of an entry in a folder.
    let bundles: &[&[(&str, &str)]] = &[
        &[
            (
                "architecture.py",
                "from mypkg.layers import Head\nimport mypkg.layers as L\nx = L.Head\n",
            ),
            (
                "mypkg/__init__.py",
                "from .layers import Head\nfrom . import layers\n",
            ),
            (
                "mypkg/layers.py",
                "from torch import nn\nclass Head(nn.Module): pass\n",
            ),
        ],
        &[
            (
                "proj/architecture.py",
                "from helpers import f\nfrom .model.layers import g\n",
            ),
            (
                "prism.yaml",
                "architecture:\n  entrypoint: proj/architecture.py\ntraining:\n  entrypoint: proj/training.py\n",
            ),
            ("proj/training.py", "from helpers import f\n"),
            ("proj/helpers.py", "def f(): pass\n"),
            ("proj/model/layers.py", "def g(): pass\n"),
        ],
        &[
            (
                "training.py",
                "import architecture\ndef train(ctx):\n    return architecture.build_model(ctx)\n",
            ),
            ("architecture.py", "def build_model(ctx): ...\n"),
        ],
        &[
            ("architecture.py", "from layers import *\nx = Head\n"),
            ("layers.py", "__all__ = ['Head']\nclass Head: ...\n"),
        ],
        &[
            (
                "prism.yaml",
                "architecture:\n  entrypoint: src/net.py\ntraining:\n  entrypoint: fit/loop.py\n",
            ),
            ("src/net.py", "from kernel import K\nx = K\n"),
            ("src/kernel.py", "class K: ...\n"),
            ("fit/loop.py", "import rates\ny = rates.f\n"),
            ("fit/rates.py", "def f(): ...\n"),
        ],
    ];
    for bundle in bundles {
        assert_eq!(findings(bundle), [], "{bundle:?}");
    }
}

#[test]
fn a_byte_order_mark_is_fine_and_moves_no_column() {
    assert_eq!(
        findings(&[("architecture.py", "\u{feff}import torch\n")]),
        []
    );
    let found = findings(&[("architecture.py", "\u{feff}import os\n")]);
    assert_eq!(found.first().unwrap().position.column, 8);
}

/// The bundles the repository itself calls honest.
#[test]
fn the_example_bundles_pass() {
    let bundles = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/bundles");
    let Ok(entries) = std::fs::read_dir(&bundles) else {
        return;
    };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("example") {
            continue;
        }
        let files: BTreeMap<String, Vec<u8>> = std::fs::read_dir(&folder)
            .unwrap()
            .flatten()
            .filter(|entry| entry.path().is_file())
            .map(|entry| {
                (
                    entry.file_name().to_string_lossy().into_owned(),
                    std::fs::read(entry.path()).unwrap(),
                )
            })
            .collect();
        let start = std::time::Instant::now();
        assert_eq!(analyse(&files, &Options::default()), [], "{name}");
        println!("{name}: {:?}", start.elapsed());
    }
}
