from .layers import Mixer as Mixer
