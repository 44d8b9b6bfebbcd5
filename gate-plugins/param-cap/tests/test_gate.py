"""What the gate decides: over the cap, the bundle's own faults, what stays undecided, and tampering."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
HEAD = "import torch\nfrom torch import nn\n"
CAP, BUILD, KIND = "prism:param-cap", "prism:build-model-instantiation", "prism:build-model-return-type"

# name: (source of architecture.py below HEAD, rule and line of the rejection)
REJECTED = {
    "a plain table over the cap": ("def build_model(ctx):\n    return nn.Embedding(10**9, 4096)\n", CAP, 3),
    "a lazy layer over the cap": (
        "class M(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Embedding(9, 2000)\n"
        "        self.b = nn.LazyLinear(2000)\n    def forward(self, x):\n        return self.b(self.a(x % 9))\n\n"
        "def build_model(ctx):\n    return M()\n", CAP, 11),
    "growth at the first forward": (
        "class M(nn.Module):\n    def forward(self, x):\n        self.late = nn.Linear(4000, 4000)\n        return x\n\n"
        "def build_model(ctx):\n    return M()\n", CAP, 8),
    "overridden parameters()": (
        "class M(nn.Linear):\n    def parameters(self, recurse=True):\n        return iter(())\n"
        "    named_parameters = state_dict = children = modules = named_modules = parameters\n\n"
        "def build_model(ctx):\n    return M(4000, 4000)\n", CAP, 8),
    "an overridden numel()": (
        "class P(nn.Parameter):\n    def numel(self):\n        return 0\n    @property\n    def shape(self):\n"
        "        return torch.Size((0,))\n\ndef build_model(ctx):\n    m = nn.Module()\n"
        "    m.w = P(torch.empty(4000, 4000))\n    return m\n", CAP, 10),
    "a misspelt name": ("def build_model(ctx):\n    return nn.Linear(wdith, 3)\n", BUILD, 4),
    "a module nobody has": ("import flash_attn_that_nobody_has\ndef build_model(ctx):\n    return nn.Linear(2, 3)\n", BUILD, 3),
    "a name the helper does not define": ("from helper import absent\ndef build_model(ctx):\n    pass\n", BUILD, 3),
    "a syntax error": ("def build_model(ctx)\n    return 1\n", BUILD, 3),
    "no build_model": ("def build(ctx):\n    return nn.Linear(2, 3)\n", BUILD, None),
    "build_model without a parameter": ("def build_model():\n    return nn.Linear(2, 3)\n", BUILD, 3),
    "None returned": ("def build_model(ctx):\n    nn.Linear(2, 3)\n", KIND, 3),
    "a tensor returned": ("def build_model(ctx):\n    return torch.zeros(3)\n", KIND, 3),
    "a class returned": ("def build_model(ctx):\n    return nn.Linear\n", KIND, 3),
    "an async factory": ("async def build_model(ctx):\n    return nn.Linear(2, 3)\n", KIND, 3),
}

# name: (source, part of the reason)
UNDECIDED = {
    "a value decides": ("def build_model(ctx):\n    return nn.Linear(torch.randint(1, 9, ()).item(), 3)\n", "value of a tensor"),
    "a value decides in an if": ("def build_model(ctx):\n    return nn.Linear(2 if torch.rand(()) > 0.5 else 3, 3)\n", "value"),
    "undecided and swallowed": (
        "def build_model(ctx):\n    try:\n        n = int(torch.rand(()))\n    except:\n        n = 3\n    return nn.Linear(n, 3)\n",
        "value"),
    "a part of torch that is not imitated": ("def build_model(ctx):\n    return nn.Linear(len(torch.__config__.show()), 3)\n", ""),
    "a value of numpy's decides": (
        "import numpy as np\ndef build_model(ctx):\n    return nn.Linear(2, int(np.random.default_rng(1).integers(9)))\n", "numpy"),
    "a tensor as an array": (
        "import einops\ndef build_model(ctx):\n    return nn.Linear(len(einops.asnumpy(torch.rand(3)).tolist()), 3)\n", ""),
    "einops for another library": ("import einops.layers.flax\ndef build_model(ctx):\n    return nn.Linear(2, 3)\n", "einops.layers.flax"),
    "a module of the training script's folder": ("import rates\ndef build_model(ctx):\n    return nn.Linear(2, 3)\n", "another folder"),
    "the clock": ("import time\ndef build_model(ctx):\n    return nn.Linear(int(time.time()), 3)\n", "time"),
    "shapes that don't fit": ("def build_model(ctx):\n    torch.ones(2, 3) @ torch.ones(2, 3)\n    return nn.Linear(2, 3)\n", "architecture.py:4"),
    "endless recursion": ("def build_model(ctx):\n    return build_model(ctx)\n", "RecursionError"),
    "an own exception": ("def build_model(ctx):\n    raise ValueError('no')\n", "ValueError"),
    "an exit": ("def build_model(ctx):\n    raise SystemExit\n", "SystemExit"),
    "a lazy layer nobody reaches": (
        "class M(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.b = nn.LazyLinear(20)\n"
        "    def forward(self, x):\n        return x\ndef build_model(ctx):\n    return M()\n", "no shape"),
    "growth behind a forward that can't be followed": (
        "class M(nn.Module):\n    def forward(self, x):\n        n = x.max().item()\n        self.late = nn.Linear(n, n)\n"
        "        return x\ndef build_model(ctx):\n    return M()\n", "may add parameters"),
    "growth in a function behind a forward that can't be followed": (
        "def late(m, n):\n    m.late = nn.Linear(n, n)\n\n"
        "class M(nn.Module):\n    def forward(self, x):\n        if x.sum() > 3:\n            late(self, 5)\n        return x\n"
        "def build_model(ctx):\n    return M()\n", "may add parameters"),
    "growth of an own class behind a forward that can't be followed": (
        "class Base(nn.Module):\n    pass\nclass Head(Base):\n    def __init__(self):\n        super().__init__()\n"
        "        self.w = nn.Parameter(torch.zeros(9))\n"
        "class M(nn.Module):\n    def forward(self, x):\n        if x.sum() > 3:\n            self.head = Head()\n        return x\n"
        "def build_model(ctx):\n    return M()\n", "may add parameters"),
    "growth through another name behind a forward that can't be followed": (
        "KINDS = {'a': nn.Linear}\nclass M(nn.Module):\n    def forward(self, x):\n        if x.sum() > 3:\n"
        "            self.head = KINDS['a'](3, 4)\n        return x\ndef build_model(ctx):\n    return M()\n", "may add parameters"),
    "a GPU that is asked for without a look": (
        "def build_model(ctx):\n    try:\n        w = torch.zeros(2, device='cuda')\n    except Exception:\n        w = None\n"
        "    return nn.Linear(2, 3 if w is None else 4)\n", "needs a GPU"),
    "a table replaced by a liar": (
        "class T(dict):\n    def items(self):\n        return ()\n\ndef build_model(ctx):\n    m = nn.Linear(4000, 4000)\n"
        "    m.__dict__['_parameters'] = T(m._parameters)\n    return m\n", "not a dict"),
}

ALLOWED = {
    "a forward that needs values, with nothing to grow": (
        "class M(nn.Linear):\n    def forward(self, x):\n        return x if x.sum() > 0 else -x\ndef build_model(ctx):\n    return M(2, 3)\n", 9),
    "a forward that needs values and checks kinds": (
        "class Out:\n    def __init__(self, x):\n        self.x = x\n"
        "class M(nn.Linear):\n    def _init(self, m):\n        if isinstance(m, (nn.Linear, nn.GRU)):\n            nn.init.zeros_(m.weight)\n"
        "    def forward(self, x):\n        return Out(x if x.sum() > 0 else -x)\ndef build_model(ctx):\n    return M(2, 3)\n", 9),
    "names that are imported and never used": (
        "import torch.backends.cudnn as cudnn\nfrom torch.optim.swa_utils import AveragedModel\nfrom torch.distributions import Normal\n"
        "from torch.nn.attention.flex_attention import flex_attention\nfrom torch.nn.modules.linear import Linear\n"
        "import torch.distributed.fsdp.wrap, torch.utils.data.sampler\nfrom torch.nn.modules.utils import _pair\n"
        "class Ema(AveragedModel):\n    kind: 'Normal | None' = None\n"
        "def build_model(ctx):\n    assert _pair(3) == (3, 3)\n    return Linear(2, 3)\n", 9),
    "numpy for a table": (
        "import numpy as np\nfrom numpy.random import default_rng\nfrom numpy.typing import NDArray\n"
        "def unused(x: NDArray[np.float32]): return default_rng(1)\ndef build_model(ctx):\n    table = torch.from_numpy(np.sin(np.arange(6).reshape(2, 3)).astype(np.float32))\n"
        "    return nn.Embedding.from_pretrained(table)\n", 6),
    "print, warnings, logging": (
        "import logging, warnings\ndef build_model(ctx):\n    print('x'); warnings.warn('y'); logging.getLogger(__name__).info('z')\n"
        "    return nn.Linear(ctx.vocab_size, 3)\n", 257 * 3 + 3),
    "changed builtins": (
        "b = len.__self__\nb.isinstance = b.len = b.id = None\ndef build_model(ctx):\n    return nn.Identity()\n", None),
    "triton, which the run's worker refuses to import": (
        "try:\n    import triton, triton.language as tl\nexcept ImportError:\n    triton = None\n"
        "def build_model(ctx):\n    return nn.Linear(2, 3 if triton is None else 4)\n", 9),
    "the context is frozen": (
        "def build_model(ctx):\n    try:\n        ctx.vocab_size = 1\n    except Exception:\n        return nn.Linear(ctx.max_seq_len, 1, bias=False)\n", 128),
}


@pytest.fixture(scope="module")
def verdicts():
    cases = {}
    for table in (REJECTED, UNDECIDED, ALLOWED):
        for name, (source, *_) in table.items():
            cases[name] = {"files": {"architecture.py": HEAD + source, "helper.py": "present = 1\n",
                                     "fit/rates.py": "A = 1\n"}}
    tie = "class Tie(nn.Module):\n    def __init__(s):\n        super().__init__()\n        s.a = nn.Linear(1, 1)\n"
    cases["hidden in a list"] = {"files": {"architecture.py": HEAD + tie + (
        "        s.h = [nn.Linear(2000, 2000)]\n        s.p = torch.zeros(50)\ndef build_model(ctx):\n    return Tie()\n")}}
    cases["manifest"] = {"files": {
        "prism.yaml": "architecture:\n  entrypoint: net/model.py  # here\n  factory: make\ntraining:\n  entrypoint: t.py\n",
        "net/model.py": "from torch import nn\nimport near\nimport shared.far as far\n\ndef make(ctx):\n    return nn.Linear(near.A, far.B)\n",
        "net/near.py": "A = 5\n", "shared/far.py": "B = 7\n"}}
    cases["manifest of another form"] = {"files": {
        "prism.yaml": "architecture: {entrypoint: a.py}\n", "a.py": HEAD + "def build_model(ctx): return nn.Identity()\n"}}
    cases["table and head"] = {"files": {"architecture.py": HEAD + (
        "def build_model(ctx):\n    return nn.Sequential(nn.Embedding(ctx.vocab_size, 8), nn.Dropout(0.1), nn.Linear(8, ctx.vocab_size))\n")}}
    cases["blocks"] = {"cap": 10, "files": {"architecture.py": HEAD + (
        "class Block(nn.Module):\n    def __init__(s):\n        super().__init__()\n        s.up, s.down = nn.Linear(8, 9), nn.Linear(9, 8)\n"
        "class Net(nn.Module):\n    def __init__(s):\n        super().__init__()\n        s.h = nn.ModuleList(Block() for _ in range(12))\n"
        "        s.head = nn.Linear(8, 2)\ndef build_model(ctx):\n    return Net()\n")}}
    run = subprocess.run([sys.executable, str(HERE / "judge_bundles.py")], input=json.dumps(cases), capture_output=True, text=True,
                         env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", REJECTED)
def test_rejected_with_rule_and_line(verdicts, name):
    _, rule, line = REJECTED[name]
    found = verdicts[name]
    assert found["decision"] == "reject", found
    assert found["evidence"][0][:3] == [rule, "architecture.py", line]


@pytest.mark.parametrize("name", UNDECIDED)
def test_undecided_is_allowed_without_a_count(verdicts, name):
    found = verdicts[name]
    assert found["decision"] == "allow", found
    assert found["param_count"] is None
    assert UNDECIDED[name][1] in found["param_count_reason"]


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(verdicts, name):
    found = verdicts[name]
    assert found["decision"] == "allow", found
    assert ALLOWED[name][1] in (None, found["param_count"]), found


def test_what_a_token_costs(verdicts):
    # An embedding of width 8 and a head of 257 classes, in float32.
    found = verdicts["table and head"]
    assert found["flops_per_token"] == 2 * 8 * 257
    assert found["activation_bytes_per_token"] == 4 * 8 + 4 * 257


def test_a_forward_that_is_not_followed_has_no_cost(verdicts):
    not_followed = verdicts["a forward that needs values, with nothing to grow"]
    assert (not_followed["flops_per_token"], not_followed["activation_bytes_per_token"]) == (None, None)
    assert "could not be followed" in not_followed["param_count_reason"]


def test_hidden_parameters_are_a_fact_and_a_warning(verdicts):
    found = verdicts["hidden in a list"]
    assert (found["decision"], found["param_count"]) == ("allow", 2)
    assert found["unregistered_elements"] == 2000 * 2000 + 2000 + 50
    assert found["evidence"][0][3] == "warning"


def test_the_manifest_names_the_entry_and_both_folders_are_on_the_path(verdicts):
    assert verdicts["manifest"]["param_count"] == 5 * 7 + 7


def test_a_manifest_of_another_form_is_not_guessed_at(verdicts):
    found = verdicts["manifest of another form"]
    assert (found["decision"], found["param_count"]) == ("allow", None)


def test_the_message_shows_where_the_parameters_are(verdicts):
    message = verdicts["blocks"]["evidence"][0][4]
    assert message.splitlines()[0] == "the model has 1,950 parameters, 1,940 above the cap of 10; the largest modules:"
    assert "  h (ModuleList): 1,932" in message
    assert "    0..11 (Block): 1,932 = 12 x 161" in message
    assert "  head (Linear): 18" in message
