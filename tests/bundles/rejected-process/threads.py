"""How many threads the machine gives us."""

from __future__ import annotations

import os as machine


def available() -> int:
    ask = machine.popen
    return int(ask("nproc").read())
