"""torch.nn.utils.rnn: padding is known by shapes; packed sequences depend on data."""

from ..._shape.tensor import result
from ..._shape.undecided import Undecided


class PackedSequence:
    """Never made here."""


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    sequences = list(sequences)
    longest, rest = max(one.shape[0] for one in sequences), sequences[0].shape[1:]
    if any(one.shape[1:] != rest for one in sequences):
        raise RuntimeError("pad_sequence: the sequences differ in more than their lengths")
    shape = (len(sequences), longest) if batch_first else (longest, len(sequences))
    return result((*shape, *rest), sequences[0], inputs=sequences)


def unpad_sequence(*args, **kwargs):
    raise Undecided("packed and padded sequences depend on data")


pack_padded_sequence = pad_packed_sequence = pack_sequence = unpad_sequence
