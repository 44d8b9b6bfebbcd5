"""Author kit for gates in Python: plain classes on this side, the WIT world on the other.

A gate is a subclass of `Gate` with `describe` and `evaluate`. In tests it is called with an `Input`; the app module
of the component says `Gate = export(MyGate())` and is built with componentize-py.
"""

from .bundle import Bundle
from .gate import Context, Descriptor, Gate, Input, judge
from .report import Decision, Evidence, Fact, Report, Severity

__all__ = ["Bundle", "Context", "Decision", "Descriptor", "Evidence", "Fact", "Gate", "Input", "Report", "Severity", "judge"]
