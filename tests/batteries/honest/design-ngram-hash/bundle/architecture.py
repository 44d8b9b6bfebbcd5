"""Six hashed n-gram tables; a small network weighs what they say. A classical compressor's context mixing, learned."""

import torch
import torch.nn as nn
import torch.nn.functional as F

PRIMES = (1, 1_000_003, 10_007, 131_071, 524_287, 8_191, 65_537)


def rolling_hashes(ids: torch.Tensor, orders: tuple, buckets: int) -> torch.Tensor:
    """Bucket of the last `order` ids at every column: [orders, rows, columns]."""
    found, key = [], torch.zeros_like(ids)
    for back in range(max(orders)):
        earlier = F.pad(ids + 1, (back, 0))[:, : ids.shape[1]]
        key = (key * 31 + earlier * PRIMES[back % len(PRIMES)]) % 2_147_483_647
        if back + 1 in orders:
            found.append(key % buckets)
    return torch.stack(found)


class Mixer(nn.Module):
    def __init__(self, vocab, orders=(1, 2, 3, 4, 5, 6), buckets=4096, size=24, hidden=192):
        super().__init__()
        self.orders, self.buckets = orders, buckets
        self.tables = nn.ModuleList(nn.EmbeddingBag(buckets, size, mode="sum") for _ in orders)
        for table in self.tables:
            nn.init.normal_(table.weight, std=0.05)
        joined = size * len(orders)
        self.gate = nn.Linear(joined, len(orders))
        self.body = nn.ModuleList([nn.Linear(joined, hidden), nn.Linear(hidden, hidden)])
        self.expert_out = nn.Parameter(torch.randn(len(orders), size, vocab) * 0.02)
        self.body_out = nn.Linear(hidden, vocab)

    def forward(self, ids):
        keys = rolling_hashes(ids, self.orders, self.buckets)
        rows = [table(key.reshape(-1, 1)).view(*ids.shape, -1) for table, key in zip(self.tables, keys)]
        joined = torch.cat(rows, -1)
        weight = self.gate(joined).softmax(-1)
        # each order votes with logits of its own, as PAQ's models do
        votes = torch.stack([row @ out for row, out in zip(rows, self.expert_out)], dim=2)
        hidden = F.leaky_relu(self.body[0](joined))
        hidden = hidden + F.leaky_relu(self.body[1](hidden))
        return (weight.unsqueeze(-1) * votes).sum(2) * len(self.orders) + self.body_out(hidden)


def build_model(ctx):
    return Mixer(ctx.vocab_size)
