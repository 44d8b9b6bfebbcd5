"""What the gate param-cap takes beside real torch's instantiation of the same models, in one run on one machine.

    scripts/bench-param-cap [--rounds N] [--json]

Needs the installed component (scripts/build-param-cap) and `prism`. The models: tests/bundles/example-1m, and gpt.py beside this
file at 124M parameters (GPT-2 small) and at 149M. Columns:

gate    `prism gate bench` on the installed component, the models as its cases: instance, import of the bundle, build_model, first
        forward, count, report. x1000: the same model with every table's rows and every width a thousand times as large.
build   (a) real torch, `build_model(ctx)` alone, again and again in one warm process.
fork    (b) real torch, what the gate does, isolated as a service would: a child forked from a process that has imported torch
        and used it, import of the bundle, build_model, first forward [1, sequence_length] in eval mode without gradients, count, exit.
cold    (c) the same in a fresh process, import of torch included.

Real torch has one thread in all three (contracts of the stage: 1 thread, CPU, seed 1337). Times are medians of milliseconds.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
EXAMPLE = ROOT / "tests/bundles/example-1m"
HOME = pathlib.Path(os.environ["PRISM_HOME"])
TARGET = pathlib.Path(os.environ["CARGO_TARGET_DIR"])
CAP = 150_000_000

#: name: (source of architecture.py, sizes to set in it, sizes of the x1000 twin)
MODELS = {
    "1M": (EXAMPLE / "architecture.py", {}, {"width": 128_000, "buckets": 4_096_000}),
    "124M": (HERE / "gpt.py", {}, {"width": 768_000, "vocab_size": 50_257_000, "block_size": 1_024_000}),
    "149M": (HERE / "gpt.py", {"width": 856, "heads": 8}, {"width": 856_000, "vocab_size": 50_257_000, "block_size": 1_024_000}),
}
LARGE = "x1000"


def source(path, sizes):
    """The architecture with other defaults in its `Config`."""
    text = path.read_text()
    for name, size in sizes.items():
        lines = [line for line in text.splitlines() if line.startswith(f"    {name}: int = ")]
        assert len(lines) == 1, (path, name)
        text = text.replace(lines[0], f"    {name}: int = {size}")
    return text


def write_bundle(folder, path, sizes):
    folder.mkdir(parents=True)
    (folder / "architecture.py").write_text(source(path, sizes))
    (folder / "training.py").write_bytes((EXAMPLE / "training.py").read_bytes())


def write_cases(folder, counts):
    """A gate's case folder for every model and its x1000 twin, expecting the counts of real torch."""
    for name, (path, sizes, large) in MODELS.items():
        text = path.read_text()
        line = 1 + text[: text.index("\ndef build_model(") + 1].count("\n")
        write_bundle(folder / name / "bundle", path, sizes)
        write_bundle(folder / f"{name} {LARGE}" / "bundle", path, {**sizes, **large})
        allow = {"verdict": "allow", "rules": [], "facts": {"param_count": counts[name]}}
        reject = {"verdict": "reject", "rules": [{"rule": "prism:param-cap", "path": "architecture.py", "line": line}]}
        (folder / name / "expected.json").write_text(json.dumps(allow))
        (folder / f"{name} {LARGE}" / "expected.json").write_text(json.dumps(reject))


def gate(cases, rounds, work):
    """`prism gate bench` on the installed component with these cases, after `prism gate test`: {case: row}."""
    component = work / "bench.wasm"
    subprocess.run([TARGET / "debug/prism-componentize", "--cases", cases, HOME / "gates/param-cap.wasm", component],
                   check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run([HOME / "bin/prism", "gate", "test", component], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    run = subprocess.run([HOME / "bin/prism", "gate", "bench", "--json", "--rounds", str(rounds), component],
                         check=True, capture_output=True, text=True)
    return {row["case"]: row for row in json.loads(run.stdout)["cases"]}


# Real torch; these run in processes of their own.


def instantiate(path):
    """One stage under real torch: import, build, first forward, count."""
    import torch

    module = imported(path)
    torch.manual_seed(1337)
    model = module.build_model(context())
    with torch.no_grad():
        model.eval()(torch.zeros(1, min(max(context().sequence_length, 2), 1024), dtype=torch.int64))
    return sum(one.numel() for one in {id(one): one for one in model.parameters()}.values())


def imported(path):
    spec = importlib.util.spec_from_file_location("architecture", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["architecture"] = module
    spec.loader.exec_module(module)
    return module


def context():
    from prism_challenge.evaluator.interface import PrismContext

    return PrismContext(vocab_size=257, sequence_length=128)


def torch_of_one_thread():
    import torch

    torch.set_num_threads(1)
    return torch


def warm(path, rounds):
    """(a) and (b): {"build": [s], "fork": [s], "parameters": n}; a model of 1M is built before to warm torch up."""
    torch = torch_of_one_thread()
    instantiate(EXAMPLE / "architecture.py")
    out = {"build": [], "fork": []}
    for _ in range(rounds):
        reader, writer = os.pipe()
        started = time.perf_counter()
        child = os.fork()
        if child == 0:
            os.write(writer, str(instantiate(path)).encode())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        out["fork"].append(time.perf_counter() - started)
        assert status == 0
        out["parameters"] = int(os.read(reader, 64))
        os.close(reader), os.close(writer)
    module = imported(path)
    for _ in range(rounds):
        torch.manual_seed(1337)
        started = time.perf_counter()
        model = module.build_model(context())
        out["build"].append(time.perf_counter() - started)
        del model
    return out


def real(path, rounds):
    """The three ways of real torch, each in fresh processes."""
    command = [sys.executable, __file__, "--torch"]
    out = json.loads(subprocess.run([*command, "warm", str(path), "--rounds", str(rounds)], check=True, capture_output=True,
                                    text=True).stdout)
    out["cold"] = []
    for _ in range(max(3, rounds // 10)):
        started = time.perf_counter()
        subprocess.run([*command, "cold", str(path)], check=True, stdout=subprocess.DEVNULL)
        out["cold"].append(time.perf_counter() - started)
    return out


def milliseconds(seconds):
    return {"median": 1000 * statistics.median(seconds), "least": 1000 * min(seconds), "most": 1000 * max(seconds)}


def measure(rounds):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        torches = {}
        for name, (path, sizes, _) in MODELS.items():
            write_bundle(work / name, path, sizes)
            torches[name] = real(work / name / "architecture.py", rounds if name == "1M" else max(5, rounds // 10))
        write_cases(work / "cases", {name: found["parameters"] for name, found in torches.items()})
        measured = gate(work / "cases", rounds, work)
        for name, found in torches.items():
            mine, large = measured[name], measured[f"{name} {LARGE}"]
            row = {"model": name, "parameters": found["parameters"], "gate_ms": mine["p50_micros"] / 1000,
                   "gate_p99_ms": mine["p99_micros"] / 1000, "gate_fuel": mine["fuel"],
                   "large_ms": large["p50_micros"] / 1000, "large_fuel": large["fuel"]}
            for way in ("build", "fork", "cold"):
                row[way] = milliseconds(found[way])
                row[way]["ratio"] = row[way]["median"] / row["gate_ms"]
            rows.append(row)
    return rows


def table(rows):
    yield "| Model | parameters | gate p50 (p99) | fuel | gate x1000 | build (a) | fork (b) | cold (c) |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        ways = " | ".join(f"{row[way]['median']:,.1f} ms ({row[way]['least']:,.1f} to {row[way]['most']:,.1f}): {row[way]['ratio']:,.1f}x"
                          for way in ("build", "fork", "cold"))
        yield (f"| {row['model']} | {row['parameters']:,} | {row['gate_ms']:.2f} ms ({row['gate_p99_ms']:.2f}) | "
               f"{row['gate_fuel'] / 1e6:.1f} M | {row['large_ms']:.2f} ms, {row['large_fuel'] / 1e6:.1f} M | {ways} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=50, help="evaluations of the gate; a tenth for the large models of torch")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--torch", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.torch:
        way, path = given.torch
        if way == "warm":
            print(json.dumps(warm(path, given.rounds)))
        else:
            torch_of_one_thread()
            print(instantiate(path))
        return
    rows = measure(given.rounds)
    print(json.dumps(rows, indent=1) if given.json else "\n".join(table(rows)))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.path.append(str(ROOT / "runner/python"))
    main()
