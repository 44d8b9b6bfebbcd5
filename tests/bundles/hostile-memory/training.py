"""Takes memory, page by page, until something gives."""

from __future__ import annotations

import torch


def train(ctx) -> None:
    held = []
    while True:
        # Ones, not zeros: each page is written and so really taken.
        held.append(torch.ones(16 * 1024 * 1024))
