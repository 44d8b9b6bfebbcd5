from typing import Final

import torch
import torch.nn as nn
import torch.nn.functional as F

STEPS: Final = 6


class SharedBlock(nn.Module):
    """The only block there is."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(width, heads, 3 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.layer = layer
        self.inject = nn.Linear(2 * width, width)

    def forward(self, state: torch.Tensor, source: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        mixed = self.inject(torch.cat((state, source), dim=-1))
        return self.layer(mixed, src_mask=mask)


class RecurrentDepth(nn.Module):
    mask: torch.Tensor

    def __init__(self, vocab: int, width: int = 128, heads: int = 4, longest: int = 512) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.time = nn.Embedding(longest, width)
        self.step = nn.Parameter(torch.randn(STEPS, width) * 0.02)
        self.block = SharedBlock(width, heads)
        self.halt = nn.Linear(width, 1)
        self.readout = nn.Linear(width, vocab)
        self.register_buffer("mask", torch.triu(torch.ones(longest, longest, dtype=torch.bool), 1), persistent=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        n = ids.shape[1]
        source = self.embed(ids) + self.time.weight[:n]
        state, remaining = torch.zeros_like(source), source.new_ones(*ids.shape, 1)
        answer = torch.zeros_like(source)
        # PonderNet without sampling: the answer is the states' mean under the halting distribution
        for number in range(STEPS):
            state = self.block(state + self.step[number], source, self.mask[:n, :n])
            stop = torch.sigmoid(self.halt(state)) if number < STEPS - 1 else torch.ones_like(remaining)
            answer = answer + remaining * stop * state
            remaining = remaining * (1 - stop)
        return self.readout(F.layer_norm(answer, answer.shape[-1:]))


def build_model(ctx) -> nn.Module:
    return RecurrentDepth(ctx.vocab_size, longest=max(512, ctx.max_seq_len))
