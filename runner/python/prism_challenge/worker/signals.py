"""What a run records about training beside the score; nothing here is scored or believed."""

from __future__ import annotations

import torch


def of(model: torch.nn.Module) -> tuple[float | None, int | None]:
    """The L2 norm over the gradients as they lie on the model, and the most GPU memory that tensors took, in bytes.

    None where there are no gradients or no GPU is used. An oddity of a bundle's parameters is no reason to end its run.
    """
    peak = torch.cuda.max_memory_allocated() if torch.cuda.is_initialized() else None
    try:
        with torch.no_grad():
            gradients = [one.grad for one in torch.nn.Module.parameters(model) if one.grad is not None]
            return float(torch.nn.utils.get_total_norm(gradients)) or None, peak
    except Exception:
        return None, peak
