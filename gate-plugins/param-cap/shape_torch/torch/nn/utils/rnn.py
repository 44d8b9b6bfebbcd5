"""torch.nn.utils.rnn: packed sequences depend on data."""

from ..._shape.undecided import Undecided


class PackedSequence:
    """Never made here."""


def _packed(*args, **kwargs):
    raise Undecided("packed and padded sequences depend on data")


pack_padded_sequence = pad_packed_sequence = pack_sequence = pad_sequence = unpad_sequence = _packed
