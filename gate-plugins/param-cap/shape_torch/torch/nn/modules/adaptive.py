"""Adaptive softmax: a short head for the frequent classes and ever thinner tails."""

from ..._shape.tensor import result
from ..._shape.undecided import Undecided
from .container import ModuleList, Sequential
from .layers import Linear
from .module import Module


class AdaptiveLogSoftmaxWithLoss(Module):
    def __init__(self, in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None):
        super().__init__()
        cutoffs = list(cutoffs)
        ordered = cutoffs == sorted(set(cutoffs)) and all(int(one) == one for one in cutoffs)
        if not cutoffs:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if not ordered or min(cutoffs) <= 0 or max(cutoffs) > n_classes - 1:
            raise ValueError("cutoffs should be a sequence of unique, positive integers sorted in an increasing order")
        options = {"device": device, "dtype": dtype}
        self.in_features, self.n_classes, self.div_value, self.head_bias = in_features, n_classes, div_value, head_bias
        self.cutoffs = [*cutoffs, n_classes]
        self.shortlist_size, self.n_clusters = self.cutoffs[0], len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias, **options)
        self.tail = ModuleList()
        for at in range(self.n_clusters):
            width = int(in_features // div_value ** (at + 1))
            size = self.cutoffs[at + 1] - self.cutoffs[at]
            self.tail.append(Sequential(Linear(in_features, width, bias=False, **options),
                                        Linear(width, size, bias=False, **options)))

    def reset_parameters(self):
        return None

    def log_prob(self, input):
        parts = [layer(input) for layer in (self.head, *self.tail)]
        return result((input.shape[0], self.n_classes), parts[0], inputs=parts)

    def predict(self, input):
        return self.log_prob(input).argmax(dim=1)

    def forward(self, input_, target_):
        raise Undecided("adaptive softmax sorts its rows by their targets")


LAYERS = {"AdaptiveLogSoftmaxWithLoss": AdaptiveLogSoftmaxWithLoss}
