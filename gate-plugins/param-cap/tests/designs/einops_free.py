"""Rearrangements that several designs share."""


def split_heads(x, heads):
    """[rows, columns, heads * width] to [rows, heads, columns, width]."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)
