"""Counts every design and prints JSON; run in a process of its own, once under real torch and once on shapes.

    python count_designs.py real|shapes
"""

import importlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
DESIGNS = HERE / "designs"
GATE = HERE.parent
ROOT = GATE.parent.parent


def symbols():
    for file in sorted(DESIGNS.glob("*.py")):
        for line in file.read_text().splitlines():
            if line.startswith(("def build_", "build_")):
                yield file.name, line.removeprefix("def ").split("(")[0].split(" ")[0]


def real():
    import random

    import torch

    import cost
    from prism_challenge.evaluator.interface import PrismContext

    torch.set_num_threads(1)
    torch.compile = lambda model=None, **options: model if model is not None else (lambda inner: inner)  # as in the run
    sys.path.insert(0, str(DESIGNS))
    ctx = PrismContext(vocab_size=257, sequence_length=128)
    tokens = torch.zeros(1, 128, dtype=torch.int64)
    for file, symbol in symbols():
        module = importlib.import_module(file.removesuffix(".py"))
        random.seed(ctx.seed)
        torch.manual_seed(ctx.seed)
        model = getattr(module, symbol)(ctx)
        with torch.no_grad():
            model.eval()(tokens)
        parameters = {id(one): one for one in model.parameters()}.values()
        buffers = {id(one): one for one in model.buffers()}.values()
        yield symbol, {"parameters": sum(one.numel() for one in parameters), "buffers": sum(one.numel() for one in buffers),
                       "names": sorted(name for name, _ in model.named_parameters()), "tokens": tokens.numel(),
                       **cost.of_forward(model, tokens)}


def shapes():
    from prism_gate import Bundle, Context, Input, judge
    from prism_param_cap.gate import ParamCap

    bundle = Bundle.of_folder(DESIGNS)
    for file, symbol in symbols():
        facts = {"architecture_entrypoint": file, "build_model_symbol": symbol}
        report = judge(ParamCap(), Input(bundle, Context(), facts=facts))
        found = {name: getattr(value, "json", value) for name, value in report.facts.items()}
        yield symbol, {"decision": report.decision.value, "reason": report.reason, **found}


if __name__ == "__main__":
    paths = [ROOT / "runner" / "python"]
    if sys.argv[1] == "shapes":
        paths += [ROOT / "gates-wit" / "python", GATE, GATE / "shape_torch"]
    sys.path[:0] = [str(path) for path in paths]
    sys.dont_write_bytecode = True
    print(json.dumps(dict({"real": real, "shapes": shapes}[sys.argv[1]]()), indent=1))
