import torch
import torch.nn as nn
import torch.nn.functional as F

from .routing import TopKRouter


class Expert(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.w1 = nn.Linear(dim, hidden, bias=False)
        self.w2 = nn.Linear(hidden, dim, bias=False)
        self.w3 = nn.Linear(dim, hidden, bias=False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class SparseMLP(nn.Module):
    """Every token goes to its k experts. A token's own content decides, so nothing leaks along time."""

    def __init__(self, dim, hidden, num_experts, k):
        super().__init__()
        self.router = TopKRouter(dim, num_experts, k)
        self.experts = nn.ModuleList(Expert(dim, hidden) for _ in range(num_experts))
        self.aux = None

    def forward(self, x):
        shape = x.shape
        x = x.reshape(-1, shape[-1])
        routing = self.router(x)
        out = torch.zeros_like(x)
        for number, expert in enumerate(self.experts):
            token, slot = torch.where(routing.experts == number)
            if token.numel() == 0:
                continue
            out = out.index_add(0, token, expert(x[token]) * routing.weights[token, slot, None])
        self.aux = (routing.balance, routing.z)
        return out.view(shape)


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.mha = nn.MultiheadAttention(dim, heads, batch_first=True, bias=False)

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.size(1), device=x.device)
        return self.mha(x, x, x, attn_mask=mask, is_causal=True, need_weights=False)[0]
