//! Idioms that stand close to what the attack battery forbids, and must pass: each a row that reads as a sentence.
#![allow(clippy::unwrap_used, reason = "test")]

use std::collections::BTreeMap;

use prism_gate_static_analysis::{Options, analyse};

const ROWS: &[(&str, &str)] = &[
    (
        "layers by f-string, %, format and concatenation",
        "from torch import nn\nclass A(nn.Module):\n    def forward(self, x):\n        for i in range(3):\n            x = getattr(self, f'layer{i}')(x) + getattr(self, 'norm%d' % i)(x)\n            x = getattr(self, 'proj_{}'.format(i))(x) + getattr(self, 'gate' + str(i))(x)\n        return x\n",
    ),
    (
        "layers by a comprehension of names",
        "class A:\n    def forward(self, x):\n        for name in [f'block{i}' for i in range(4)]:\n            x = getattr(self, name)(x)\n        return x\n",
    ),
    (
        "layers by a named tuple of names",
        "NAMES = ('attention', 'mlp')\nclass A:\n    def forward(self, x):\n        for name in NAMES:\n            x = getattr(self, name)(x)\n        return x\n",
    ),
    (
        "layers are exchanged by name",
        "from torch import nn\ndef swap(model):\n    for name, child in model.named_children():\n        if isinstance(child, nn.LayerNorm):\n            setattr(model, name, nn.Identity())\n        else:\n            swap(child)\n",
    ),
    (
        "a parent is found by a dotted name",
        "def replace(model, dotted, layer):\n    *parents, last = dotted.split('.')\n    parent = model.get_submodule('.'.join(parents))\n    setattr(parent, last, layer)\n",
    ),
    (
        "a configuration takes keywords",
        "class Config:\n    def __init__(self, **kw):\n        for key, value in kw.items():\n            setattr(self, key, value)\n",
    ),
    (
        "a wrapper forwards to the module it holds",
        "from torch import nn\nclass Wrapper(nn.Module):\n    def __init__(self, model):\n        super().__init__()\n        self.model = model\n    def __getattr__(self, name):\n        try:\n            return super().__getattr__(name)\n        except AttributeError:\n            return getattr(self.model, name)\n    def __setattr__(self, name, value):\n        super().__setattr__(name, value)\n",
    ),
    (
        "templates in constants, arguments by name",
        "LINE = 'step {step:>6} loss {loss:.3f}'\ndef show(step, loss):\n    print(LINE.format(step=step, loss=loss))\n    print(('{:.2f} ' * 3).format(1, 2, 3), 'a{0.shape}'.format(loss))\n",
    ),
    (
        "a formatter of one's own",
        "class Printer:\n    def format(self, x):\n        return str(x)\n    def show(self, x):\n        print(self.format(x))\n",
    ),
    (
        "a function of a helper class called by its class",
        "class Text:\n    @staticmethod\n    def format(x):\n        return str(x)\nprint(Text.format(1))\n",
    ),
    (
        "objects of the same class",
        "class A:\n    count = 0\n    def __init__(self, width=1):\n        type(self).count += 1\n        self.width = width\n    def clone(self):\n        return type(self)(self.width)\n    def same(self, other):\n        return type(other) is type(self) and type(other) == A\n",
    ),
    (
        "enumerations by value and by name",
        "import enum\nclass Mode(enum.Enum):\n    TRAIN = 1\n    EVAL = 2\nprint(Mode(1), Mode['EVAL'], isinstance(Mode.TRAIN, enum.Enum))\n",
    ),
    (
        "an abstract class",
        "import abc\nclass Mixer(metaclass=abc.ABCMeta):\n    @abc.abstractmethod\n    def mix(self, x): ...\nclass Other(abc.ABC):\n    pass\n",
    ),
    (
        "attributes called obj and dump on oneself",
        "class A:\n    def __init__(self, obj):\n        self.obj = obj\n        self.num_workers = 0\n    def dump(self):\n        return self.obj\n    def show(self):\n        return self.dump()\n",
    ),
    (
        "functions wrapped the usual way",
        "import functools\ndef logged(function):\n    @functools.wraps(function)\n    def inner(*args, **kw):\n        return function(*args, **kw)\n    return inner\n@logged\ndef f(): ...\n",
    ),
    (
        "torch.compile by mode",
        "import torch\n@torch.compile\ndef f(x):\n    return x\ng = torch.compile(f, mode='max-autotune', fullgraph=True, backend='inductor')\n",
    ),
    (
        "a scripted activation with annotations, and an ignored type",
        "import torch\n@torch.jit.script\ndef gelu(x: torch.Tensor) -> torch.Tensor:\n    return x * torch.sigmoid(1.702 * x)  # type: ignore\n",
    ),
    (
        "type comments where nothing is scripted",
        "def f(x):\n    # type: (int) -> int\n    return x\n",
    ),
    (
        "a loop over layer classes",
        "from torch import nn\ndef layers(width):\n    return [kind(width) for kind in (nn.LayerNorm, nn.RMSNorm)]\nfor kind in (nn.Linear, nn.Embedding):\n    print(kind.__name__)\n",
    ),
    (
        "a timer that enters what it holds",
        "class Timed:\n    def __init__(self, inner):\n        self.inner = inner\n    def __enter__(self):\n        return self.inner.__enter__()\n    def __exit__(self, *error):\n        return self.inner.__exit__(*error)\n",
    ),
    (
        "a frozen record fills itself",
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass C:\n    x: int = 0\n    def __post_init__(self):\n        object.__setattr__(self, 'x', self.x + 1)\n",
    ),
    (
        "hasattr with constants, and texts from a table in place",
        "import torch.nn.functional as F\ndef f(x, kind):\n    if hasattr(x, 'logits'):\n        x = x.logits\n    return getattr(F, {'a': 'relu', 'b': 'gelu'}[kind])(x)\n",
    ),
];

#[test]
fn idioms_close_to_attacks_pass() {
    let mut wrong = Vec::new();
    for (what, source) in ROWS {
        let files = BTreeMap::from([("architecture.py".to_owned(), source.as_bytes().to_vec())]);
        for finding in analyse(&files, &Options::default()) {
            wrong.push(format!(
                "{what}: line {}: {} {}",
                finding.position.line, finding.rule, finding.message
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which of several files a name finds depends on the run; every one of them is judged.
#[test]
fn helpers_beside_a_moved_entry_are_found() {
    let files = BTreeMap::from([
        (
            "prism.yaml".to_owned(),
            b"training:\n  entrypoint: loops/run.py\n".to_vec(),
        ),
        (
            "architecture.py".to_owned(),
            b"def build_model(ctx): ...\n".to_vec(),
        ),
        ("loops/rates.py".to_owned(), b"RATE = 1\n".to_vec()),
        (
            "loops/run.py".to_owned(),
            b"from rates import RATE\nimport architecture\n".to_vec(),
        ),
    ]);
    assert_eq!(analyse(&files, &Options::default()), []);
}
