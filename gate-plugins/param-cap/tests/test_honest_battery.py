"""The honest battery, counted by real torch and by the gate: none wrong, nearly all decided."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def counts():
    def told(kind):
        run = subprocess.run([sys.executable, str(HERE / "count_bundles.py"), kind], capture_output=True, text=True,
                             env={**os.environ, "PYTHONWARNINGS": "ignore"})
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return told("real"), told("shapes")


def test_real_torch_counts_every_bundle(counts):
    real, _ = counts
    assert len(real) >= 60
    assert {name: found for name, found in real.items() if "error" in found or "forward" in found} == {}


def test_no_count_is_wrong(counts):
    real, shapes = counts
    wrong = {}
    for name, found in real.items():
        counted = (shapes[name]["param_count"], shapes[name]["buffer_count"])
        if counted[0] is not None and counted != (found["parameters"], found["buffers"]):
            wrong[name] = {"real": (found["parameters"], found["buffers"]), "gate": counted}
    assert wrong == {}


def test_none_is_rejected(counts):
    _, shapes = counts
    assert {name: found["reason"] for name, found in shapes.items() if found["decision"] != "allow"} == {}


def test_nearly_all_are_decided(counts):
    _, shapes = counts
    undecided = {name: found["param_count_reason"] for name, found in shapes.items() if found["param_count"] is None}
    assert len(undecided) <= 0.05 * len(shapes), undecided


def test_nearly_every_first_forward_is_followed(counts):
    _, shapes = counts
    reasons = {name: found["param_count_reason"] for name, found in shapes.items()
               if found["param_count_reason"] != "counted after a first forward"}
    assert len(reasons) <= 0.1 * len(shapes), reasons
