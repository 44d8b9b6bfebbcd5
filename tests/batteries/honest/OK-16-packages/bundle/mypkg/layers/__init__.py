from .mixers import Mixer
from .heads import Head

__all__ = ["Mixer", "Head"]
