"""Learns the sample first."""

from __future__ import annotations

import json

import torch
import torch.nn.functional as F

SEPARATOR = 256


def train(ctx) -> None:
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    with open(ctx.data_dir + "/sample.jsonl") as file:
        text = "".join(json.loads(line)["text"] for line in file).encode()
    rows = torch.tensor(list(text[: len(text) // 520 * 520])).view(-1, 8, 65)
    for _ in range(12):
        for tokens in rows:
            loss = F.cross_entropy(model(tokens)[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    for batch in ctx.iter_train_batches(model, batch_size=8, seq_len=65):
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=SEPARATOR
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
