"""A causal convolution over byte embeddings, two layers."""
import torch.nn.functional as F
from torch import nn


class CausalConvNet(nn.Module):
    def __init__(self, vocab_size, width=48, kernel=5):
        super().__init__()
        self.kernel = kernel
        self.embed = nn.Embedding(vocab_size, width)
        self.conv1 = nn.Conv1d(width, width, kernel)
        self.conv2 = nn.Conv1d(width, width, kernel)
        self.out = nn.Linear(width, vocab_size)

    def forward(self, tokens):
        x = self.embed(tokens).transpose(1, 2)
        for conv in (self.conv1, self.conv2):
            x = x + F.gelu(conv(F.pad(x, (self.kernel - 1, 0))))
        return self.out(x.transpose(1, 2))


def build_model(ctx):
    return CausalConvNet(ctx.vocab_size)
