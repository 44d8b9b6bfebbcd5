"""What a forward costs under real torch: FLOPs by the formulas of torch's own counter, and bytes of results that are no views."""

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry


def tensors(tree):
    return [one for one in tree_leaves(tree) if isinstance(one, torch.Tensor)]


class Costs(TorchDispatchMode):
    """Adds up FLOPs as `FlopCounterMode` does (which can't follow a forward that enables gradients), and the bytes of what
    operations on tensors give back in memory of its own."""

    def __init__(self):
        super().__init__()
        self.flops = self.bytes = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        formula = flop_registry.get(function._overloadpacket)
        if formula is None:
            with self:  # inference mode leaves operations whole that are made of others
                out = function.decompose(*args, **(kwargs or {}))
            if out is not NotImplemented:
                return out
        out = function(*args, **(kwargs or {}))
        if formula is not None:
            self.flops += formula(*args, **(kwargs or {}), out_val=out)
        inputs = tensors((args, kwargs))
        held = {one.untyped_storage().data_ptr() for one in inputs}
        self.bytes += sum(one.nbytes for one in tensors(out) if inputs and one.untyped_storage().data_ptr() not in held)
        return out


def of_forward(model, tokens):
    """{"flops", "bytes"} of one forward each. torch's fused transformer layers are switched off; for the FLOPs the fused kernels
    of attention and of recurrent layers too, whose inside nobody sees."""
    torch.backends.mha.set_fastpath_enabled(False)
    with torch.no_grad():
        with Costs() as fused:
            model(tokens)
        with torch.backends.mkldnn.flags(enabled=False), sdpa_kernel(SDPBackend.MATH), Costs() as unfused:
            model(tokens)
    return {"flops": unfused.flops, "bytes": fused.bytes}
