"""minGRU (Feng et al. 2024): gates without the hidden state, so that the recurrence is a scan."""

import torch
import torch.nn.functional as F
from torch.nn import Conv1d, Embedding, Linear, Module, ModuleList, Parameter


def heinsen_associative_scan_log(log_coeffs, log_values):
    a_star = log_coeffs.cumsum(dim=1)
    log_h0_plus_b_star = (log_values - a_star).logcumsumexp(dim=1)
    return (a_star + log_h0_plus_b_star).exp()


# appendix B.3: a positive candidate, in real and in log space


def g(x):
    return torch.where(x >= 0, x + 0.5, x.sigmoid())


def log_g(x):
    return torch.where(x >= 0, (F.relu(x) + 0.5).log(), -F.softplus(-x))


def exists(v):
    return v is not None


class minGRU(Module):
    def __init__(self, dim, expansion_factor=1.5):
        super().__init__()
        dim_inner = int(dim * expansion_factor)
        self.to_hidden_and_gate = Linear(dim, dim_inner * 2, bias=False)
        self.to_out = Linear(dim_inner, dim, bias=False)

    def forward(self, x, prev_hidden=None):
        seq_len = x.shape[1]
        hidden, gate = self.to_hidden_and_gate(x).chunk(2, dim=-1)
        log_coeffs = -F.softplus(gate)
        log_z = -F.softplus(-gate)
        log_values = log_z + log_g(hidden)
        if exists(prev_hidden):
            log_values = torch.cat((prev_hidden.log(), log_values), dim=1)
            log_coeffs = F.pad(log_coeffs, (0, 0, 1, 0))
        out = heinsen_associative_scan_log(log_coeffs, log_values)
        return self.to_out(out[:, -seq_len:])


class ScaledNorm(Module):
    def __init__(self, dim):
        super().__init__()
        self.scale = dim**0.5
        self.gamma = Parameter(torch.zeros(dim))

    def forward(self, x):
        return F.normalize(x, dim=-1) * self.scale * (self.gamma + 1)


class CausalDepthWiseConv1d(Module):
    def __init__(self, dim, kernel_size):
        super().__init__()
        self.kernel_size = kernel_size
        self.conv = Conv1d(dim, dim, kernel_size=kernel_size, groups=dim)

    def forward(self, x):
        x = F.pad(x.transpose(1, 2), (self.kernel_size - 1, 0), value=0.0)
        return self.conv(x).transpose(1, 2)


class FeedForward(Module):
    def __init__(self, dim, mult=3):
        super().__init__()
        self.project_in, self.project_out = Linear(dim, dim * mult), Linear(dim * mult, dim)

    def forward(self, x):
        return self.project_out(F.mish(self.project_in(x)))


class minGRULM(Module):
    def __init__(self, *, num_tokens, dim, depth, conv_kernel_size=3):
        super().__init__()
        self.token_emb = Embedding(num_tokens, dim)
        self.layers = ModuleList([])
        for _ in range(depth):
            self.layers.append(ModuleList([
                CausalDepthWiseConv1d(dim, conv_kernel_size),
                ScaledNorm(dim),
                minGRU(dim),
                ScaledNorm(dim),
                FeedForward(dim),
            ]))
        self.norm = ScaledNorm(dim)
        self.to_logits = Linear(dim, num_tokens, bias=False)

    def forward(self, x):
        x = self.token_emb(x)
        for conv, norm, mingru, ff_norm, ff in self.layers:
            x = conv(x) + x
            x = mingru(norm(x)) + x
            x = ff(ff_norm(x)) + x
        return self.to_logits(self.norm(x))


def build_model(ctx):
    return minGRULM(num_tokens=ctx.vocab_size, dim=96, depth=4)
