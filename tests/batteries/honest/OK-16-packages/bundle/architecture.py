from torch import nn

import mypkg.layers.mixers as mixers
from mypkg import OutputHead, sizes
from mypkg.layers import Mixer


def build_model(ctx):
    assert Mixer is mixers.Mixer
    return nn.Sequential(nn.Embedding(ctx.vocab_size, sizes.WIDTH), *[Mixer() for _ in range(sizes.DEPTH)], OutputHead(ctx.vocab_size))
