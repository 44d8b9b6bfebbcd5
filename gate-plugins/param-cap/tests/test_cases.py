"""The self-test cases, outside a component: what the host runs before it activates the gate."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
CASES = sorted(path for path in (HERE.parent / "cases").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def verdicts():
    bundles = {}
    for case in CASES:
        root = case / "bundle"
        files = {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}
        bundles[case.name] = {"files": files, "cap": 150_000_000}
    run = subprocess.run([sys.executable, str(HERE / "judge_bundles.py")], input=json.dumps(bundles), capture_output=True,
                         text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_gets_its_expected_verdict_and_findings(verdicts, case):
    found, expected = verdicts[case.name], json.loads((case / "expected.json").read_text())
    assert found["decision"] == expected["verdict"]
    assert [one[:3] for one in found["evidence"]] == [[one["rule"], one["path"], one["line"]] for one in expected["rules"]]
    for name, value in expected.get("facts", {}).items():
        assert found[name] == value, name
