"""Losses as layers; a table of class weights is a buffer."""

from ..._shape.functional import F
from .plain import Options, define

LAYERS = {}
_OLD = " size_average reduce reduction"


class _Loss(Options):
    _call = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("weight", "pos_weight"):
            if name in self._names:
                value = self.__dict__.pop(name, None)
                self._parameters.pop(name, None)
                self.register_buffer(name, value)

    def forward(self, *inputs):
        return F[self._call](*inputs, reduction=self.reduction)


for _name, _call, _options, _values in (
    ("CrossEntropyLoss", "cross_entropy", "weight size_average ignore_index reduce reduction label_smoothing",
     (None, None, -100, None, "mean", 0.0)),
    ("NLLLoss", "nll_loss", "weight size_average ignore_index reduce reduction", (None, None, -100, None, "mean")),
    ("NLLLoss2d", "nll_loss", "weight size_average ignore_index reduce reduction", (None, None, -100, None, "mean")),
    ("MSELoss", "mse_loss", _OLD, (None, None, "mean")), ("L1Loss", "l1_loss", _OLD, (None, None, "mean")),
    ("SmoothL1Loss", "smooth_l1_loss", _OLD + " beta", (None, None, "mean", 1.0)),
    ("HuberLoss", "huber_loss", "reduction delta", ("mean", 1.0)),
    ("KLDivLoss", "kl_div", _OLD + " log_target", (None, None, "mean", False)),
    ("BCELoss", "binary_cross_entropy", "weight" + _OLD, (None, None, None, "mean")),
    ("BCEWithLogitsLoss", "binary_cross_entropy_with_logits", "weight" + _OLD + " pos_weight", (None, None, None, "mean", None)),
    ("PoissonNLLLoss", "poisson_nll_loss", "log_input full size_average eps reduce reduction",
     (True, False, None, 1e-8, None, "mean")),
    ("GaussianNLLLoss", "gaussian_nll_loss", "full eps reduction", (False, 1e-6, "mean")),
    ("CTCLoss", "ctc_loss", "blank reduction zero_infinity", (0, "mean", False)),
    ("SoftMarginLoss", "soft_margin_loss", _OLD, (None, None, "mean")),
    ("CosineEmbeddingLoss", "cosine_embedding_loss", "margin" + _OLD, (0.0, None, None, "mean")),
    ("HingeEmbeddingLoss", "hinge_embedding_loss", "margin" + _OLD, (1.0, None, None, "mean")),
    ("MarginRankingLoss", "margin_ranking_loss", "margin" + _OLD, (0.0, None, None, "mean")),
    ("MultiMarginLoss", "multi_margin_loss", "p margin weight" + _OLD, (1, 1.0, None, None, None, "mean")),
    ("MultiLabelMarginLoss", "multilabel_margin_loss", _OLD, (None, None, "mean")),
    ("MultiLabelSoftMarginLoss", "multilabel_soft_margin_loss", "weight" + _OLD, (None, None, None, "mean")),
    ("TripletMarginLoss", "triplet_margin_loss", "margin p eps swap" + _OLD, (1.0, 2.0, 1e-6, False, None, None, "mean")),
    ("TripletMarginWithDistanceLoss", "triplet_margin_with_distance_loss", "distance_function margin swap reduction",
     (None, 1.0, False, "mean")),
):
    define(LAYERS, _name, (_Loss,), _options, _values, _call=_call)
