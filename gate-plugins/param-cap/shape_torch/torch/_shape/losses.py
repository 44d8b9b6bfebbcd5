"""Losses and distances by shapes."""

from .functional import F, f
from .pointwise import combined, floating
from .registry import FUNCTIONS
from .tensor import broadcast, result, wrap_dim


def _reduced(shape, like, reduction):
    return result(shape if reduction == "none" else (), like, floating(like._dtype))


def _pointwise(name):
    def operation(input, target, *args, reduction="mean", reduce=None, size_average=None, **kwargs):
        if name.startswith("binary_cross_entropy") and input._shape != target._shape:
            raise ValueError(f"Using a target size ({target._shape}) that is different to the input size ({input._shape})")
        return _reduced(broadcast(input._shape, target._shape), input, reduction)

    operation.__name__ = name
    F[name] = operation


for _name in """mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy binary_cross_entropy_with_logits kl_div
poisson_nll_loss soft_margin_loss gaussian_nll_loss hinge_embedding_loss""".split():
    _pointwise(_name)


@f
def cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean",
                  label_smoothing=0.0):
    shape = input._shape[:1] + input._shape[2:] if input.ndim > 1 else ()
    if input.ndim != target.ndim and tuple(shape) != tuple(target._shape):
        wrong = ValueError if input.ndim < 3 or target.ndim and input._shape[0] != target._shape[0] else RuntimeError
        raise wrong(f"Expected target size {list(shape)}, got {list(target._shape)}")
    return result(shape if reduction == "none" else (), input)


F["nll_loss"] = cross_entropy


def _rows(name):
    """One value a row, whatever the operands beside the first are."""
    def operation(input, *others, reduction="mean", **kwargs):
        return _reduced(input._shape[:-1], input, reduction)

    operation.__name__ = name
    F[name] = operation


for _name in """cosine_embedding_loss triplet_margin_loss triplet_margin_with_distance_loss multi_margin_loss
multilabel_soft_margin_loss multilabel_margin_loss""".split():
    _rows(_name)


@f
def margin_ranking_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    return _reduced(broadcast(input1._shape, input2._shape, target._shape), input1, reduction)


@f
def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    return _reduced(log_probs._shape[1:-1], log_probs, reduction)


@f
def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    shape = broadcast(x1._shape, x2._shape)
    dim = wrap_dim(dim, len(shape))
    return result(shape[:dim] + shape[dim + 1 :], x1, inputs=(x1, x2))


@f
def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    shape = broadcast(x1._shape, x2._shape)
    return result(shape[:-1] + ((1,) if keepdim else ()), combined((x1, x2)))


@f
def pdist(input, p=2.0):
    rows = input._shape[0]
    return result((rows * (rows - 1) // 2,), input)


for _name in ("cosine_similarity", "pairwise_distance", "pdist"):
    FUNCTIONS[_name] = F[_name]
