import torch as lib

__all__ = []
