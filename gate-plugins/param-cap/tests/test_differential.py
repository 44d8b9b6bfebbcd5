"""Real torch and the shape-only torch, each in a process of its own, must say the same."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
SHAPES = HERE.parent / "shape_torch"


def output(script, *arguments, path=None):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": path or "",
                   "PYTHONWARNINGS": "ignore"}
    run = subprocess.run([sys.executable, str(HERE / script), *arguments], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def designs():
    return output("count_designs.py", "real"), output("count_designs.py", "shapes")


@pytest.fixture(scope="module")
def expressions():
    return output("evaluate_expressions.py"), output("evaluate_expressions.py", path=str(SHAPES))


def test_no_count_is_wrong(designs):
    real, shapes = designs
    wrong = {name: (found["parameters"], shapes[name]["param_count"]) for name, found in real.items()
             if shapes[name]["param_count"] not in (None, found["parameters"])}
    assert wrong == {}


def test_nearly_every_design_is_decided(designs):
    real, shapes = designs
    undecided = {name: shapes[name]["param_count_reason"] for name in real if shapes[name]["param_count"] is None}
    assert len(real) >= 100
    assert len(undecided) <= 0.05 * len(real), undecided


def test_every_first_forward_is_followed(designs):
    _, shapes = designs
    reasons = {name: found["param_count_reason"] for name, found in shapes.items()}
    assert {name: why for name, why in reasons.items() if why != "counted after a first forward"} == {}


def test_buffers_are_counted_apart(designs):
    real, shapes = designs
    assert {name: found["buffers"] for name, found in real.items()} == {
        name: found["buffer_count"] for name, found in shapes.items()}


def test_the_largest_tensors_are_named_as_in_torch(designs):
    real, shapes = designs
    for name, found in real.items():
        named = {one["name"] for one in json.loads(shapes[name]["largest_tensors"])}
        assert named <= set(found["names"]), name


def test_the_tree_and_the_kinds_add_up(designs):
    _, shapes = designs
    for name, found in shapes.items():
        tree = json.loads(found["parameter_tree"])
        assert tree["parameters"] == found["param_count"] == sum(json.loads(found["parameter_kinds"]).values()), name


def test_plain_tensors_are_a_fact(designs):
    _, shapes = designs
    assert shapes["build_buffers_and_plain_tensors"]["unregistered_elements"] == 507
    assert shapes["build_llama"]["unregistered_elements"] == 0


#: Where the FLOPs are not those of real torch's forward, and why.
OTHER_FLOPS = {"build_test_time_training": "it runs a backward pass inside its forward, and only products forward are counted"}


def test_the_flops_are_those_of_torch(designs):
    real, shapes = designs
    differ = {name: (round(found["flops"] / found["tokens"]), shapes[name]["flops_per_token"]) for name, found in real.items()
              if name not in OTHER_FLOPS and shapes[name]["flops_per_token"] != round(found["flops"] / found["tokens"])}
    assert differ == {}


def test_the_activation_bytes_are_near_those_of_torch(designs):
    """Copies inside the kernels of torch are not seen, and kernels that fuse or split a layer hold less or more than its
    operations."""
    real, shapes = designs
    ratios = sorted(shapes[name]["activation_bytes_per_token"] * found["tokens"] / found["bytes"] for name, found in real.items())
    assert 0.85 < ratios[len(ratios) // 2] <= 1
    assert 0.3 < ratios[0] and ratios[-1] < 4, ratios
    assert sum(0.7 < ratio < 1.2 for ratio in ratios) > 0.6 * len(ratios), ratios


def test_every_expression_agrees(expressions):
    real, shapes = expressions
    assert len(real) >= 500
    assert {line: (found, shapes[line]) for line, found in real.items()
            if not line.startswith("? ") and shapes[line] != found} == {}


def test_what_only_data_could_tell_is_undecided(expressions):
    _, shapes = expressions
    answers = {line: found for line, found in shapes.items() if line.startswith("? ")}
    assert len(answers) >= 20
    assert {line: found for line, found in answers.items() if not str(found).startswith("undecided: ")} == {}


def printed(script, path=None):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": path or ""}
    run = subprocess.run([sys.executable, str(HERE / "run_script.py"), script], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("script", sorted(path.name for path in (HERE / "scripts").glob("*.py")))
def test_every_script_prints_the_same(script):
    real = printed(script)
    assert len(real.splitlines()) >= 20
    assert printed(script, str(SHAPES)) == real
