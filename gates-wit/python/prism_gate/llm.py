"""One chat call, through the host. A gate takes a model with `delimiter` and `complete`, so that its tests can answer instead.

The gate's world must be `llm-gate` or `full-gate`; in any other, and in a test, `HostModel` finds no host.
"""

from dataclasses import dataclass

try:
    from componentize_py_types import Err
    from wit_world.imports import llm as _host
except ImportError:
    _host = None


@dataclass(frozen=True)
class Request:
    """What is asked. `answer_schema` is a JSON Schema as text; `max_tokens` bounds the answer."""

    system: str
    user: str
    answer_schema: str
    max_tokens: int


@dataclass(frozen=True)
class Response:
    """The answer's text, which should be JSON but comes unvalidated, and what it cost."""

    content: str
    model: str
    prompt_tokens: int
    completion_tokens: int


class LlmError(Exception):
    """No answer. `kind` is `unavailable`, `timed-out`, `refused` or `budget-exhausted`; none is the bundle's fault."""

    def __init__(self, kind, why=""):
        super().__init__(f"{kind}: {why}" if why else kind)
        self.kind, self.why = kind, why


class HostModel:
    """The model behind the host's capability `llm`."""

    def delimiter(self):
        """A delimiter unknown to the submitter, fresh for each evaluation (32 lowercase hex digits)."""
        if _host is None:
            raise LlmError("unavailable", "there is no host, or the gate's world has no llm")
        return _host.delimiter()

    def complete(self, request):
        """One turn; `LlmError` when there is no answer."""
        if _host is None:
            raise LlmError("unavailable", "there is no host, or the gate's world has no llm")
        asked = _host.Request(request.system, request.user, request.answer_schema, request.max_tokens)
        try:
            answer = _host.complete(asked)
        except Err as error:
            raise _told(error.value) from None
        return Response(answer.content, answer.model, answer.prompt_tokens, answer.completion_tokens)


def _told(error):
    if isinstance(error, _host.Error_TimedOut):
        return LlmError("timed-out")
    if isinstance(error, _host.Error_BudgetExhausted):
        return LlmError("budget-exhausted")
    kind = "refused" if isinstance(error, _host.Error_Refused) else "unavailable"
    return LlmError(kind, error.value)
