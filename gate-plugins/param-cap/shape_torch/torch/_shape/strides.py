"""How a tensor's elements lie in memory, as far as it is known.

`Tensor._layout` is None for a contiguous tensor, its strides in elements where they are known to differ, and `UNKNOWN`.
Only what is known is held against a bundle: `.view` of an unknown layout is taken for possible.
"""

from .dtypes import numel
from .tensor import UNKNOWN

UNKNOWN = UNKNOWN


def contiguous(shape):
    """The strides of a contiguous tensor."""
    out, step = [], 1
    for size in reversed(shape):
        out.append(step)
        step *= max(size, 1)
    return tuple(reversed(out))


def of(tensor):
    """A tensor's strides, or UNKNOWN."""
    return contiguous(tensor._shape) if tensor._layout is None else tensor._layout


def is_contiguous(shape, strides):
    want = 1
    for at in range(len(shape) - 1, -1, -1):
        size = shape[at]
        if size != 1:
            if size == 0:
                return True
            if strides[at] != want:
                return 0 in shape
            want *= size
    return True


def kept(shape, strides):
    """What to store for strides: None where they are those of a contiguous tensor, but for dimensions of size 1."""
    return None if strides is not UNKNOWN and is_contiguous(shape, strides) else strides


def is_dense(shape, strides):
    """Whether every element has a place of its own and there are no gaps."""
    want = 1
    for stride, size in sorted(zip(strides, shape)):
        if size != 1:
            if stride != want:
                return False
            want *= size
    return True


def viewed(shape, strides, new):
    """The strides of a view of another shape, or None when there is none (at::detail::computeStride)."""
    if 0 in shape:
        return contiguous(new)
    out, at = [0] * len(new), len(new) - 1
    base, tensor_count, view_count = (strides[-1] if strides else 1), 1, 1
    for dim in range(len(shape) - 1, -1, -1):
        tensor_count *= shape[dim]
        if dim == 0 or (shape[dim - 1] != 1 and strides[dim - 1] != tensor_count * base):
            while at >= 0 and (view_count < tensor_count or new[at] == 1):
                out[at] = view_count * base
                view_count *= new[at]
                at -= 1
            if view_count != tensor_count:
                return None
            if dim > 0:
                base, tensor_count, view_count = strides[dim - 1], 1, 1
    while at >= 0 and not shape:
        out[at] = 1
        at -= 1
    return None if at != -1 else tuple(out)


def elementwise(shape, tensors):
    """The layout of a fresh pointwise result: the operands' order of dimensions (TensorIterator)."""
    operands = []
    for one in tensors:
        strides = of(one)
        if strides is UNKNOWN or not is_dense(one._shape, strides):
            return UNKNOWN
        lead = len(shape) - one.ndim
        operands.append((0,) * lead + tuple(
            0 if have == 1 and want != 1 else stride for have, want, stride in zip(one._shape, shape[lead:], strides)))
    order = list(range(len(shape) - 1, -1, -1))
    for last in range(1, len(order)):
        here = last
        for before in range(last - 1, -1, -1):
            swap = _should_swap(order[before], order[here], shape, operands)
            if swap > 0:
                order[before], order[here] = order[here], order[before]
                here = before
            elif swap < 0:
                break
    out, step = [0] * len(shape), 1
    for dim in order:
        out[dim] = step
        step *= max(shape[dim], 1)
    return kept(shape, tuple(out))


def _should_swap(a, b, shape, operands):
    for strides in operands:
        if strides[a] and strides[b]:
            if strides[a] != strides[b]:
                return 1 if strides[a] > strides[b] else -1
            if shape[a] > shape[b]:
                return 1
    return 0


def preserved(tensor):
    """The layout of a copy that keeps the memory format."""
    strides = of(tensor)
    if strides is UNKNOWN or tensor._layout is None:
        return tensor._layout
    return strides if is_dense(tensor._shape, strides) else UNKNOWN


__all__ = ["UNKNOWN", "contiguous", "elementwise", "is_contiguous", "is_dense", "kept", "numel", "of", "preserved", "viewed"]
