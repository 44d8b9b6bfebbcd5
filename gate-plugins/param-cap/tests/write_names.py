"""Writes `_names.py` of the shape-only torch and numpy: the names the real ones have, so that the shape-only torch can tell a name it does not
imitate (undecided) from one that does not exist (AttributeError). Run under the runner's torch:

    python gate-plugins/param-cap/tests/write_names.py
"""

import importlib
import pathlib
import textwrap
import warnings

warnings.filterwarnings("ignore")

import numpy  # noqa: E402
import torch  # noqa: E402

#: What the gate static-analysis lets a bundle import of torch, and a few more.
MODULES = """torch.nn torch.nn.functional torch.nn.init torch.nn.utils torch.autograd torch.amp torch.cuda
torch.compiler torch.jit torch.fft torch.linalg torch.special torch.distributed torch.utils torch.optim
torch.optim.lr_scheduler torch.func torch.nn.parameter torch.nn.modules torch.nn.modules.module torch.nn.modules.loss
torch.nn.modules.utils torch.nn.modules.batchnorm torch.nn.modules.activation torch.nn.modules.container
torch.nn.modules.conv torch.nn.modules.dropout torch.nn.modules.linear torch.nn.modules.normalization
torch.nn.modules.rnn torch.nn.modules.sparse torch.nn.modules.transformer torch.nn.attention
torch.nn.attention.flex_attention torch.nn.attention.bias torch.nn.parallel torch.nn.parallel.distributed
torch.nn.utils.clip_grad torch.nn.utils.rnn torch.nn.utils.parametrizations torch.nn.utils.parametrize
torch.nn.utils.stateless torch.optim.optimizer torch.optim.swa_utils torch.optim.adamw torch.optim.adam
torch.optim.sgd torch.amp.autocast_mode torch.cuda.amp torch.cpu torch.cpu.amp torch.mps torch.accelerator
torch.backends torch.backends.cuda torch.backends.cudnn torch.backends.mps torch.backends.mkldnn
torch.backends.opt_einsum torch.autograd.function torch.autograd.functional torch.autograd.forward_ad torch.signal
torch.signal.windows torch.sparse torch.nested torch.random torch.functional torch.types torch.distributions
torch.utils.checkpoint torch.utils.data torch.utils.data.distributed torch.utils.data.sampler torch.distributed.nn
torch.distributed.nn.functional torch.distributed.optim torch.distributed.fsdp torch.distributed.fsdp.wrap
torch.distributed.fsdp.fully_sharded_data_parallel torch.distributed.device_mesh torch.distributed.algorithms
torch.nn.modules.pooling torch.nn.modules.padding torch.nn.modules.upsampling torch.nn.modules.flatten
torch.nn.modules.fold torch.nn.modules.distance torch.nn.modules.pixelshuffle torch.nn.modules.instancenorm
torch.nn.modules.channelshuffle""".split()


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
    target = target.parent.parent / "numpy" / "_names.py"
    head = f'"""Names of real numpy {numpy.__version__}. Written by tests/write_names.py."""'
    target.write_text(f'{head}\n\nNUMPY = frozenset("""{words(dir(numpy))}""".split())\n')


if __name__ == "__main__":
    main()
