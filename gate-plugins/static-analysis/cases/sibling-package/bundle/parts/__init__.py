from .layers import Head

__all__ = ["Head"]
