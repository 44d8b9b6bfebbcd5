"""Evaluates every line of `expressions/` under whichever torch is first on the path and prints what came out as JSON.

A line that starts with `? ` asks for something that only data could tell.
"""

import json
import pathlib
import warnings

warnings.filterwarnings("ignore")

import torch  # noqa: E402
import torch.nn as nn  # noqa: E402
import torch.nn.functional as F  # noqa: E402

UNDECIDED = getattr(torch, "_Undecided", None)


def names():
    return {"torch": torch, "nn": nn, "F": F, "x": torch.rand(2, 3, 4, 5), "y": torch.rand(4, 5), "i": torch.ones(2, 3).long(),
            "m": torch.ones(2, 3).bool(), "v": torch.rand(5), "h": torch.rand(3, 4).half(), "z": torch.rand(()),
            "c": torch.polar(torch.ones(4, 5), torch.ones(4, 5))}


def told(value):
    if isinstance(value, torch.Tensor):
        return [list(value.shape), str(value.dtype)]
    if isinstance(value, (tuple, list)):
        return [told(one) for one in value]
    return value if isinstance(value, (int, float, str, bool)) else str(value)


def evaluate(line):
    try:
        return told(eval(line.removeprefix("? "), names()))
    except Exception as error:
        return f"raises {type(error).__name__}"
    except BaseException as error:
        if UNDECIDED is not None and isinstance(error, UNDECIDED):
            return f"undecided: {error}"
        raise


if __name__ == "__main__":
    files = sorted(pathlib.Path(__file__).with_name("expressions").glob("*.txt"))
    lines = [line for file in files for line in file.read_text().splitlines() if line and not line.startswith("#")]
    print(json.dumps({line: evaluate(line) for line in lines}, indent=1))
