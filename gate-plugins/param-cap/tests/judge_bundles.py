"""Reads `{name: {"files": {path: text}, "cap": n}}` as JSON and prints what the gate says of each; shape-only torch.

In a process of its own, because pytest's may hold real torch.
"""

import json
import pathlib
import sys

GATE = pathlib.Path(__file__).parent.parent
ROOT = GATE.parent.parent
sys.path[:0] = [str(one) for one in (ROOT / "gates-wit/python", GATE, GATE / "shape_torch", ROOT / "runner/python")]

from prism_gate import Bundle, Context, Input, judge  # noqa: E402
from prism_param_cap.gate import ParamCap  # noqa: E402


def told(case):
    context = Context(max_parameters=case.get("cap", 1_000_000))
    report = judge(ParamCap(), Input(Bundle.of_files(case["files"]), context, facts=case.get("facts", {})))
    return {"decision": report.decision.value, "reason": report.reason,
            "evidence": [[one.rule, one.path, one.line, one.severity.value, one.message] for one in report.evidence],
            **{name: getattr(value, "json", value) for name, value in report.facts.items()}}


cases = json.load(sys.stdin)
# Twice and in both orders: one bundle must leave nothing behind for the next.
first = {name: told(case) for name, case in cases.items()}
again = {name: told(case) for name, case in reversed(cases.items())}
assert first == again, [name for name in first if first[name] != again[name]]
print(json.dumps(first))
