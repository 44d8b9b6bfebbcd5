"""Router: which experts see which token, and what the choice costs."""

from typing import NamedTuple

import torch
import torch.nn as nn
from torch import Tensor


class Routing(NamedTuple):
    weights: Tensor  # [tokens, k]
    experts: Tensor  # [tokens, k]
    balance: Tensor
    z: Tensor


class TopKRouter(nn.Module):
    def __init__(self, dim: int, num_experts: int, k: int, jitter: float = 0.01):
        super().__init__()
        self.k, self.num_experts, self.jitter = k, num_experts, jitter
        self.gate = nn.Linear(dim, num_experts, bias=False)

    def forward(self, x: Tensor) -> Routing:
        scores_in = x
        if self.training and self.jitter > 0:
            scores_in = x * torch.empty_like(x).uniform_(1 - self.jitter, 1 + self.jitter)
        router_logits = self.gate(scores_in)
        probs = router_logits.softmax(-1)
        top, chosen = probs.topk(self.k, dim=-1)
        top = top / top.sum(-1, keepdim=True)
        # Switch Transformer, eq. 4: share of tokens times mean probability, over experts
        load = torch.nn.functional.one_hot(chosen, self.num_experts).sum(1).float().mean(0) / self.k
        balance = self.num_experts * (load * probs.mean(0)).sum()
        z = torch.logsumexp(router_logits, dim=-1).square().mean()
        return Routing(top, chosen, balance, z)
