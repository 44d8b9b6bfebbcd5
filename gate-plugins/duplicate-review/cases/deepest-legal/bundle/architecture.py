"""As deep as a file may be, met as deep as the gate follows."""

from torch import nn


def outer_call(x):
    return x.exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp().exp()


def third(x):
    return x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh() - x.tanh()


class Deep(nn.Module):
    def forward(self, x):
        return abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(outer_call(x))))))))))))))))))))))))))))))) + third(x)


def build_model(ctx):
    return Deep()
