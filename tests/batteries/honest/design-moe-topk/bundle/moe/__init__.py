from .layers import SparseMLP
from .model import MoETransformer, MoEArgs

__all__ = ["MoEArgs", "MoETransformer", "SparseMLP"]
