"""Every honest bundle of the battery passes its preflight: no error, nothing taken for a leak."""

from __future__ import annotations

from pathlib import Path

import pytest
from preflights import ROOT, forked, request

BATTERY = sorted(path.parent for path in (ROOT / "tests/batteries/honest").glob("*/expected.json"))


@pytest.mark.parametrize("folder", BATTERY, ids=lambda folder: folder.name)
def test_it_passes(folder: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.symlink_to(folder / "bundle")
    asked = request(vocab_size=257, sequence_length=128, max_parameters=150_000_000, **entry_points(bundle))
    done = forked(bundle, asked | {"state_buffer_bytes": 64 << 20})
    assert not done.errors, done.findings
    assert done.facts["rehearsed"], done.facts["undecided"]
    assert done.facts["causal"] is True, done.facts["undecided"]
    assert done.facts["repeatable"] is True
    print(f"{folder.name}: {done.seconds:.2f} s, {done.facts['causality_compared_in']}, {done.facts['undecided']}")


def entry_points(bundle: Path) -> dict[str, str]:
    """Entry points, from prism.yaml where there is one."""
    found, section = {}, ""
    manifest = bundle / "prism.yaml"
    for line in manifest.read_text().splitlines() if manifest.exists() else ():
        key, _, value = line.partition(":")
        value = value.partition("#")[0].strip()
        if not line.startswith(" "):
            section = key
        elif key.strip() == "entrypoint":
            found[f"{section}_entrypoint"] = value
        elif key.strip() == "factory":
            found["build_model_symbol"] = value
    return found


def test_the_battery_is_there() -> None:
    assert len(BATTERY) >= 60
