"""Prints what a preflight takes for a GPT of 1 and of 124 million parameters on one core: seconds by phase, peak memory, and
the memory of a process that waits.

taskset -c 1 $PRISM_PYTHON runner/python/tests/measure.py
"""

from __future__ import annotations

import re
import resource
import shutil
import tempfile
from pathlib import Path

from preflights import ROOT, request, started, waiting

#: Constants of the bundle `over-cap`, vocabulary, and rows and columns of a batch.
MODELS = {
    "1M": ({"WIDTH": 128, "HEADS": 4, "LAYERS": 4}, 257, (16, 256)),
    "124M": ({"WIDTH": 768, "HEADS": 12, "LAYERS": 12}, 50_304, (8, 1024)),
}


def main() -> None:
    """Runs the real program once for each model, the smaller first, so that the peak so far is its own."""
    with tempfile.TemporaryDirectory() as folder, waiting(Path(folder) / "bundle") as (process, ours):
        with ours, ours.makefile("rb") as said:
            said.readline()
            status = dict(line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
        held, own = (int(status[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
        print(f"waiting: {held:.0f} MB resident, {own:.0f} MB of it its own")
    for name, (sizes, vocab, (rows, columns)) in MODELS.items():
        with tempfile.TemporaryDirectory() as folder:
            bundle = Path(folder) / "bundle"
            shutil.copytree(ROOT / "tests/bundles/over-cap", bundle)
            _edit(bundle / "architecture.py", {rf"^{key} = \d+": f"{key} = {value}" for key, value in sizes.items()})
            _edit(
                bundle / "architecture.py",
                {r"^( +)(self\.head = .*)$": r"\1\2\n\1self.head.weight = self.tokens.weight"},
            )
            _edit(bundle / "training.py", {r"batch_size=\d+, seq_len=\d+": f"batch_size={rows}, seq_len={columns}"})
            asked = request(vocab_size=vocab, sequence_length=1024, max_parameters=150_000_000)
            done = started(bundle, asked | {"state_buffer_bytes": 64 << 20})
        assert done.facts["causal"] and not done.findings, done.findings
        begun = [(line["phase"], at) for line, at in zip(done.lines, done.times, strict=True) if "phase" in line]
        ends = [at for _, at in begun[1:]] + [done.seconds]
        phases = ", ".join(f"{phase} {end - at:.2f}" for (phase, at), end in zip(begun, ends, strict=True))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
        print(f"{name}: {done.counts['parameters']:,} parameters, {done.seconds:.2f} s ({phases}), {peak:.1f} GiB at most")


def _edit(path: Path, changes: dict[str, str]) -> None:
    text = path.read_text()
    for pattern, new in changes.items():
        text, count = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert count == 1, pattern
    path.write_text(text)


if __name__ == "__main__":
    main()
