"""Prints how long a preflight takes, phase by phase, for a GPT of 1 and of 124 million parameters on one core.

taskset -c 1 $PRISM_PYTHON runner/python/tests/measure.py
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from preflights import ROOT, request, started

#: Constants of the bundle `over-cap`, vocabulary, and rows and columns of a batch.
MODELS = {
    "1M": ({"WIDTH": 128, "HEADS": 4, "LAYERS": 4}, 257, (16, 256)),
    "124M": ({"WIDTH": 768, "HEADS": 12, "LAYERS": 12}, 50_304, (8, 1024)),
}


def main() -> None:
    """Runs the real program once for each model."""
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
        print(f"{name}: {done.counts['parameters']:,} parameters, {done.seconds:.2f} s ({phases})")


def _edit(path: Path, changes: dict[str, str]) -> None:
    text = path.read_text()
    for pattern, new in changes.items():
        text, count = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert count == 1, pattern
    path.write_text(text)


if __name__ == "__main__":
    main()
