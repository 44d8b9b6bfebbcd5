"""Runs a few bundles with `prism run --verify` and prints what each of the three runs took, as a table."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

BUNDLES = ("example-small", "example-fast", "example-1m")
HEAD = (
    "Bundle",
    "Parameters",
    "Run",
    "Second run",
    "Questions alone",
    "Examination",
    "Added",
    "Places",
    "Peak memory: run",
    "second run",
    "examination",
)


def main(prism: str, size: str) -> None:
    """Prints the table, a row as soon as there is one."""
    print(_row(HEAD), _row(["---"] * len(HEAD)), sep="\n", flush=True)
    for bundle in BUNDLES:
        command = [prism, "run", f"tests/bundles/{bundle}", "--bytes", size, "--verify", "--json"]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        print(_row(_cells(bundle, json.loads(done.stdout))), flush=True)


def _cells(bundle: str, report: dict[str, Any]) -> list[str]:
    verified = report["verification"]
    found = verified["second_run"]
    runs = [report["manifest"]["compute"], verified["second_run_compute"], verified["state_compute"]]
    first, second, state = (run["wall_clock_seconds"] for run in runs)
    memory = [f"{run['peak_rss_bytes'] / 2**20:.0f} MiB" for run in runs]
    return [
        bundle,
        f"{runs[0]['model_params']:,}",
        f"{first:.1f} s",
        f"{second:.1f} s",
        f"{found['asking_seconds']:.1f} s",
        f"{state:.1f} s",
        f"{(second + state) / first:+.0%}",
        str(found["correction"]["estimate"]["places"]),
        *memory,
    ]


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(*sys.argv[1:])
