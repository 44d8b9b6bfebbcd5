"""Writes `shape_torch/torch/_names.py`: the names real torch has, so that the shape-only torch can tell a name it does not
imitate (undecided) from one that does not exist (AttributeError). Run under the runner's torch:

    python gate-plugins/param-cap/tests/write_names.py
"""

import importlib
import pathlib
import textwrap
import warnings

warnings.filterwarnings("ignore")

import torch  # noqa: E402

MODULES = """torch.nn torch.nn.functional torch.nn.init torch.nn.utils torch.autograd torch.amp torch.cuda torch.compiler
torch.jit torch.fft torch.linalg torch.special torch.distributed torch.utils torch.optim torch.optim.lr_scheduler torch.func""".split()


def public(names):
    return sorted(name for name in names if not (name.startswith("__") and name.endswith("__")))


def words(names):
    return "\n" + textwrap.fill(" ".join(public(names)), 118, break_long_words=False, break_on_hyphens=False) + "\n"


def class_names(kind):
    names = set(dir(kind)) | set(getattr(kind, "__constants__", ()))
    for base in kind.__mro__:
        names |= set(vars(base).get("__annotations__", ()))
    return names


def main():
    lines = [f'"""Names of real torch {torch.__version__.split("+")[0]}. Written by tests/write_names.py."""', ""]
    lines.append(f'TENSOR = frozenset("""{words(dir(torch.Tensor))}""".split())')
    lines.append(f'TORCH = frozenset("""{words(dir(torch))}""".split())')
    lines.append("MODULES = {")
    for name in MODULES:
        lines.append(f'"{name}": frozenset("""{words(dir(importlib.import_module(name)))}""".split()),')
    lines.append("}")
    base = class_names(torch.nn.Module)
    lines.append("CLASSES = {")
    lines.append(f'"Module": frozenset("""{words(base)}""".split()),')
    for name, kind in sorted(vars(torch.nn.modules).items()):
        if isinstance(kind, type) and issubclass(kind, torch.nn.Module) and kind is not torch.nn.Module:
            own = public(class_names(kind) - base)
            if own:
                lines.append(f'"{name}": frozenset("""{words(own)}""".split()),')
    lines.append("}")
    target = pathlib.Path(__file__).parent.parent / "shape_torch" / "torch" / "_names.py"
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
