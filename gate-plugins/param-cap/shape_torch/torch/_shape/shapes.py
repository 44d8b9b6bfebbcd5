"""Arithmetic of shapes, without tensors."""


def checked_shape(shape):
    for size in shape:
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"a size must be an int, got {type(size).__name__}")
        if size < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {size}: {list(shape)}")
        if size >= 2**63:
            raise RuntimeError("Overflow when unpacking a size")
    return tuple(shape)


def broadcast(*shapes):
    """The common shape of operands, or torch's error."""
    first = shapes[0]
    for one in shapes:
        if one != first:
            break
    else:
        return first if type(first) is tuple else tuple(first)
    length = max(map(len, shapes))
    out = []
    for back in range(length, 0, -1):
        size = 1
        for one in shapes:
            if back <= len(one):
                here = one[len(one) - back]
                if here != 1:
                    if size != 1 and size != here:
                        raise RuntimeError(f"the shapes {[list(s) for s in shapes]} can't be broadcast together")
                    size = here
        out.append(size)
    return tuple(out)


def wrap_dim(dim, count):
    """A dimension counted from the end, as its number from the start."""
    dim = dim.__index__()
    span = max(count, 1)
    if not -span <= dim < span:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-span}, {span - 1}], but got {dim})")
    return dim % span
