"""What a gate answers: a decision, one sentence, evidence and facts."""

import enum
import json
from dataclasses import dataclass, field

#: Findings a report carries at most; beyond this the last one says how many more there were.
MAX_EVIDENCE = 200

#: Characters of a message or reason at most; what a bundle puts into one is cut here.
MAX_MESSAGE_CHARS = 1000


class Decision(enum.Enum):
    ALLOW = "allow"
    REJECT = "reject"
    HOLD = "hold"


class Severity(enum.Enum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Evidence:
    """One finding: what is wrong, where, and what to write instead."""

    rule: str
    message: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    severity: Severity = Severity.ERROR

    @classmethod
    def at_node(cls, rule, message, bundle, path, node, severity=Severity.ERROR):
        """Points at where a node of `ast` starts; `ast` counts columns from 0, and in bytes of UTF-8."""
        lines = bundle.bytes(path).removeprefix(b"\xef\xbb\xbf").splitlines()
        before = lines[node.lineno - 1][: node.col_offset] if node.lineno <= len(lines) else b""
        return cls(rule, message, path, node.lineno, len(before.decode("utf-8", "replace")) + 1, severity)


@dataclass(frozen=True)
class Fact:
    """A fact's value that isn't told by its Python type: a JSON document."""

    json: str

    @classmethod
    def of(cls, value):
        return cls(json.dumps(value, separators=(",", ":")))


@dataclass
class Report:
    """A fact is None (undecided), bool, int, float, str or `Fact` (JSON)."""

    decision: Decision = Decision.ALLOW
    reason: str = ""
    evidence: list[Evidence] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)

    @classmethod
    def hold(cls, reason):
        return cls(Decision.HOLD, reason)

    def reject(self, evidence):
        """Adds a finding that rejects; the first one is the reason."""
        self.decision = Decision.REJECT
        self.reason = self.reason or evidence.message.splitlines()[0]
        self.evidence.append(evidence)

    def bounded(self):
        """The report with texts cut and findings counted, whatever a bundle made of them."""
        found = [cut(one) for one in self.evidence[:MAX_EVIDENCE]]
        more = len(self.evidence) - MAX_EVIDENCE
        if more > 0:
            last = found[-1]
            found[-1] = Evidence(last.rule, f"and {more + 1} more findings", severity=last.severity)
        return Report(self.decision, shorten(self.reason), found, dict(self.facts))


def encodable(text):
    """The text without lone surrogates, which a bundle may put into a name and no UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def shorten(text):
    text = encodable(text)
    return text if len(text) <= MAX_MESSAGE_CHARS else text[: MAX_MESSAGE_CHARS - 1] + "…"


def cut(evidence):
    return Evidence(evidence.rule, shorten(evidence.message), evidence.path, evidence.line, evidence.column,
                    evidence.severity)
