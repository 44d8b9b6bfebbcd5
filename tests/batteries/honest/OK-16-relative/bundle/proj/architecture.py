from torch import nn

from blocks import Memory
from model.layers import Head


def build_model(ctx):
    return nn.Sequential(nn.Embedding(ctx.vocab_size, 64), Memory(64), Memory(64), Head(64, ctx.vocab_size))
