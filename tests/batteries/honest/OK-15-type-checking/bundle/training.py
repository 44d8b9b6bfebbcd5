from __future__ import annotations

import typing
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from prism_challenge.evaluator.interface import PrismContext

if typing.TYPE_CHECKING:
    import socket


def note(where: Path | os.PathLike | None = None, line: socket.socket | None = None) -> str:
    return "nowhere" if where is None and line is None else "somewhere"


def train(ctx: PrismContext) -> None:
    model = ctx.build_model().to(ctx.device)
    opt = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=64):
        loss = F.cross_entropy(model(batch.tokens)[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(note())
