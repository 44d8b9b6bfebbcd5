"""WaveNet on bytes. Layers are functions over a ParameterList; the module only holds the weights."""
import torch
import torch.nn as nn
import torch.nn.functional as F

RESIDUAL, SKIP, KERNEL = 64, 96, 2
DILATIONS = [1, 2, 4, 8, 16, 32] * 2


def causal_conv(x, weight, bias, dilation):
    left = (weight.size(-1) - 1) * dilation
    return F.conv1d(F.pad(x, (left, 0)), weight, bias, dilation=dilation)


def gated_unit(x, params, dilation):
    w_filter_gate, b_filter_gate, w_out, b_out = params
    filt, gate = causal_conv(x, w_filter_gate, b_filter_gate, dilation).chunk(2, dim=1)
    z = torch.tanh(filt) * torch.sigmoid(gate)
    both = F.conv1d(z, w_out, b_out)
    return x + both[:, :RESIDUAL], both[:, RESIDUAL:]


def fresh(*shape):
    weight = torch.empty(*shape)
    nn.init.kaiming_normal_(weight, nonlinearity="linear")
    return nn.Parameter(weight)


class WaveNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.table = nn.Embedding(classes, RESIDUAL)
        self.weights = nn.ParameterList()
        for _ in DILATIONS:
            self.weights.extend([
                fresh(2 * RESIDUAL, RESIDUAL, KERNEL), nn.Parameter(torch.zeros(2 * RESIDUAL)),
                fresh(RESIDUAL + SKIP, RESIDUAL, 1), nn.Parameter(torch.zeros(RESIDUAL + SKIP)),
            ])
        self.post1 = nn.utils.parametrizations.weight_norm(nn.Conv1d(SKIP, SKIP, 1))
        self.post2 = nn.Conv1d(SKIP, classes, 1)

    def forward(self, tokens):
        x = self.table(tokens).transpose(1, 2)
        skips = 0
        for i, dilation in enumerate(DILATIONS):
            x, skip = gated_unit(x, [self.weights[4 * i + j] for j in range(4)], dilation)
            skips = skips + skip
        h = F.elu(skips * len(DILATIONS) ** -0.5)
        return self.post2(F.elu(self.post1(h))).transpose(1, 2)

    def receptive_field(self):
        return 1 + (KERNEL - 1) * sum(DILATIONS)


def build_model(ctx):
    net = WaveNet(ctx.vocab_size)
    print("receptive field:", net.receptive_field())
    return net
