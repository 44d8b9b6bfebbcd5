"""What the operations cost, added up as their shapes are computed: FLOPs of products and bytes of results.

FLOPs are those of matrix products, convolutions, einsum, attention and recurrent layers, a multiplication with its addition
being two (as `torch.utils.flop_counter` counts). Nothing is counted for what goes element by element. Bytes are those of every
result that is no view of its input.
"""

from contextlib import contextmanager
from math import prod


class Cost:
    """Sums since the last `clear`."""

    __slots__ = ("flops", "bytes")

    def __init__(self):
        self.clear()

    def clear(self):
        self.flops = self.bytes = 0

    def products(self, *sizes):
        """As many multiplications with an addition each as the product of the sizes."""
        self.flops += 2 * prod(sizes)

    @contextmanager
    def times(self, count):
        """What costs inside costs `count` times as much."""
        flops, held = self.flops, self.bytes
        yield
        self.flops += (count - 1) * (self.flops - flops)
        self.bytes += (count - 1) * (self.bytes - held)


COST = Cost()
