"""The class a gate is, and what it is given."""

import json
from dataclasses import dataclass, field

from .bundle import Bundle
from .report import Report


@dataclass(frozen=True)
class Context:
    """The values of the context that `build_model(ctx)` will get."""

    vocab_size: int = 257
    sequence_length: int = 128
    max_layers: int = 96
    max_parameters: int = 150_000_000
    seed: int = 1337
    tokenizer: str = "bytes"
    #: The Python that will run the bundle, `major.minor`.
    python_version: str = "3.12"


@dataclass
class Input:
    """What a gate judges."""

    bundle: Bundle
    context: Context = Context()
    submission: str = ""
    hotkey: str = ""
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Descriptor:
    """What `describe` says of a gate."""

    id: str
    version: str
    summary: str
    rules: dict[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    config: dict[str, object] = field(default_factory=dict)
    #: What it imports beyond the log and what for: `{"llm": "Asks whether ..."}`. The world it is built for decides
    #: what it imports; the host refuses a gate where the two differ.
    capabilities: dict[str, str] = field(default_factory=dict)

    def config_schema(self):
        """JSON Schema of the configuration: an object of exactly the keys in `config`."""
        return {"type": "object", "properties": self.config, "additionalProperties": False}


class Gate:
    """A gate. The answer must depend on nothing but the arguments."""

    def describe(self) -> Descriptor:
        raise NotImplementedError

    def evaluate(self, input: Input, config: dict) -> Report:
        raise NotImplementedError


def judge(gate, input, config="{}"):
    """Runs a gate as the host would. A configuration that does not fit holds: the bundle is not to blame."""
    try:
        values = json.loads(config or "{}")
    except ValueError as error:
        return Report.hold(f"the gate's configuration is no JSON: {error}").bounded()
    if not isinstance(values, dict):
        return Report.hold("the gate's configuration does not fit: it must be a JSON object").bounded()
    known = gate.describe().config
    for key in values:
        if key not in known:
            return Report.hold(f"the gate's configuration has the unknown key `{key}`").bounded()
    return gate.evaluate(input, values).bounded()
