"""A byte-level GPT of about one million parameters: RMSNorm, rotary positions, a GELU MLP.

Half of the parameters are a table of byte pairs and triples. A single pass over a short text leaves little time
to learn spelling by attention alone; looking the last few bytes up costs next to nothing and starts well.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from prism_challenge.evaluator.interface import PrismContext


@dataclass(frozen=True)
class Config:
    vocab_size: int
    max_seq_len: int = 512
    width: int = 128
    heads: int = 4
    layers: int = 2
    buckets: int = 4096


class ByteEmbedding(nn.Module):
    """Embeds a byte together with the one and the two bytes before it, through a hashed table."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.buckets = config.buckets
        self.bytes = nn.Embedding(config.vocab_size, config.width)
        self.grams = nn.Embedding(config.buckets, config.width)
        nn.init.normal_(self.bytes.weight, std=0.02)
        nn.init.normal_(self.grams.weight, std=0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        # Shifting to the right keeps it causal: column i sees columns i, i - 1 and i - 2 of its row.
        before = F.pad(tokens, (1, 0))[:, :-1]
        two_before = F.pad(tokens, (2, 0))[:, :-2]
        pair = (tokens * 1_000_003 + before * 8_191) % self.buckets
        triple = (tokens * 1_000_003 + before * 8_191 + (two_before + 1) * 131_071) % self.buckets
        return self.bytes(tokens) + self.grams(pair) + self.grams(triple)


class RMSNorm(nn.Module):
    def __init__(self, width: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        scale = torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + self.eps)
        return x * scale * self.weight


def rotary_tables(length: int, head_width: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the rotation of each position: [length, head_width]."""
    frequency = 10_000.0 ** (-torch.arange(0, head_width, 2).float() / head_width)
    angle = torch.outer(torch.arange(length).float(), frequency).repeat(1, 2)
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Attention(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        rows, columns, width = x.shape
        qkv = self.qkv(x).view(rows, columns, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(
            rotate(query, cos, sin), rotate(key, cos, sin), value, is_causal=True
        )
        return self.out(mixed.transpose(1, 2).reshape(rows, columns, width))


class Block(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(config.width)
        self.attention = Attention(config)
        self.mlp_norm = RMSNorm(config.width)
        self.up = nn.Linear(config.width, 4 * config.width, bias=False)
        self.down = nn.Linear(4 * config.width, config.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x), cos, sin)
        return x + self.down(F.gelu(self.up(self.mlp_norm(x))))


class ByteGPT(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.embedding = ByteEmbedding(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = RMSNorm(config.width)
        cos, sin = rotary_tables(config.max_seq_len, config.width // config.heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for block in self.blocks:
            # Blocks start as the identity, so that depth does not slow the first steps down.
            nn.init.zeros_(block.attention.out.weight)
            nn.init.zeros_(block.down.weight)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits [rows, columns, vocab_size] of each column's successor."""
        columns = tokens.shape[1]
        cos, sin = self.cos[:columns], self.sin[:columns]
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, cos, sin)
        # Tied output: the bytes' embedding read backwards.
        return F.linear(self.norm(x), self.embedding.bytes.weight)


def build_model(ctx: PrismContext) -> nn.Module:
    return ByteGPT(Config(vocab_size=ctx.vocab_size))
