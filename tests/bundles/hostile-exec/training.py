"""Starts another program: from a child first, then in its own place."""

from __future__ import annotations

import os
import subprocess
import sys


def train(ctx) -> None:
    try:
        done = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True)
    except OSError:
        pass
    else:
        if done.stdout.strip() == "42":
            raise RuntimeError("hostile: reached=['subprocess']")
    os.execv(sys.executable, [sys.executable, "-c", "pass"])
