"""Counts every bundle of the honest battery and prints JSON; run in a process of its own, once under real torch and once on
shapes. A bundle whose real counting fails has `error` in the place of a count.

    python count_bundles.py real|shapes
"""

import json
import os
import pathlib
import sys

GATE = pathlib.Path(__file__).parent.parent
ROOT = GATE.parent.parent
HONEST = ROOT / "tests" / "batteries" / "honest"


def bundles():
    return sorted(path.parent for path in HONEST.glob("*/expected.json"))


def real():
    """Each bundle in a fork, so that the modules of one aren't found by the next."""
    import torch

    from prism_challenge.worker import determinism

    torch.set_num_threads(1)
    determinism.compile_is_identity()
    for folder in bundles():
        answer, question = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(answer)
            try:
                told = counted(folder / "bundle")
            except BaseException as error:
                told = {"error": f"{type(error).__name__}: {error}"}
            os.write(question, json.dumps(told).encode())
            os._exit(0)
        os.close(question)
        with os.fdopen(answer) as pipe:
            yield folder.name, json.loads(pipe.read())
        os.waitpid(child, 0)


def counted(root):
    """As preflight counts: the worker's import, the forced seed, one forward of zeros in eval mode, unique parameters."""
    import torch
    from prism_gate import Bundle

    from prism_challenge.evaluator.interface import PrismContext
    from prism_challenge.worker import bundle as resolver
    from prism_challenge.worker import determinism
    from prism_param_cap import manifest

    entry = manifest.find(Bundle.of_folder(root), {})
    sys.stdout = sys.stderr
    ctx = PrismContext(vocab_size=257, sequence_length=128)
    loader = resolver.Bundle(str(root))
    loader.on_path(entry.path)
    determinism.seed_all(ctx.seed)
    model = resolver.reseeded(loader.load(entry.path), entry.symbol, ctx.seed)(ctx)
    told = {}
    try:
        with torch.no_grad():
            model.eval()(torch.zeros(1, 128, dtype=torch.int64))
    except Exception as error:
        told["forward"] = f"{type(error).__name__}: {error}"
    for name, found in (("parameters", model.parameters()), ("buffers", model.buffers())):
        told[name] = sum(one.numel() for one in {id(one): one for one in found}.values())
    return told


def shapes():
    from prism_gate import Bundle, Context, Input, judge
    from prism_param_cap.gate import ParamCap

    for folder in bundles():
        report = judge(ParamCap(), Input(Bundle.of_folder(folder / "bundle"), Context()))
        yield folder.name, {"decision": report.decision.value, "reason": report.reason, **report.facts}


if __name__ == "__main__":
    paths = [ROOT / "runner" / "python", ROOT / "gates-wit" / "python", GATE]
    if sys.argv[1] == "shapes":
        paths.append(GATE / "shape_torch")
    sys.path[:0] = [str(path) for path in paths]
    sys.dont_write_bytecode = True
    out = sys.stdout
    told = dict({"real": real, "shapes": shapes}[sys.argv[1]]())
    json.dump(told, out, indent=1, default=lambda fact: fact.json)
