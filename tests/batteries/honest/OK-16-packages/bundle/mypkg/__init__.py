"""What the entry imports."""
from .layers import *
from .layers.heads import Head as OutputHead
from . import sizes
