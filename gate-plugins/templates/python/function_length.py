"""The gate `{{name}}`: every function is short enough to be read at once."""

import ast

from prism_gate import Descriptor, Evidence, Gate, Report

TOO_LONG = "{{name}}:function-length"


class FunctionLength(Gate):
    def describe(self):
        return Descriptor(
            "{{name}}", "0.1.0", "Refuses functions that are too long.",
            rules={TOO_LONG: "A function has no more lines than configured."},
            facts=("longest_function",),
            config={"max_lines": {"type": "integer", "minimum": 1, "default": 60}})

    def evaluate(self, input, config):
        limit, longest, report = config.get("max_lines", 60), 0, Report()
        for path in input.bundle.python_paths:
            try:
                tree = ast.parse(input.bundle.text(path))
            except (SyntaxError, ValueError, RecursionError):
                continue  # The gate `contract` rejects what is no Python, with the place.
            functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
            for function in sorted(functions, key=lambda node: node.lineno):
                lines = function.end_lineno - function.lineno + 1
                longest = max(longest, lines)
                if lines > limit:
                    message = f"`{function.name}` has {lines} lines, at most {limit}; split it"
                    report.reject(Evidence.at_node(TOO_LONG, message, input.bundle, path, function))
        report.facts["longest_function"] = longest
        return report
