"""Which file builds the model.

The pipeline's facts `architecture_entrypoint` and `build_model_symbol` say it. Without them a plain `prism.yaml` is read
here: block mappings of plain or quoted scalars. Anything else in it is not interpreted, since another reading than the
host's would judge another file.
"""

import re
from dataclasses import dataclass

NAMES = ("prism.yaml", "prism.yml")
_LINE = re.compile(r"^( *)([A-Za-z_]+):(?:\s+(.*?))?\s*$")
_SYMBOL_KEYS = ("factory", "function", "entry")


class Unreadable(Exception):
    """The manifest is not of the plain form."""


@dataclass(frozen=True)
class Entry:
    path: str = "architecture.py"
    symbol: str = "build_model"


def find(bundle, facts):
    """The entry point of the model."""
    path, symbol = facts.get("architecture_entrypoint"), facts.get("build_model_symbol")
    if isinstance(path, str) and isinstance(symbol, str):
        return Entry(path, symbol)
    present = [name for name in NAMES if name in bundle]
    if len(present) > 1:
        raise Unreadable("both prism.yaml and prism.yml are in the bundle")
    return read(bundle.text(present[0])) if present else Entry()


def read(text):
    section, path, symbol = None, Entry.path, None
    for raw in text.splitlines():
        line = re.sub(r"(^|\s)#.*$", "", raw).rstrip()
        if not line or line == "---":
            continue
        found = _LINE.match(line)
        if found is None:
            if section == "architecture" or not line.startswith(" "):
                # A list item below `files:` decides nothing here.
                if re.match(r"^\s+- ", line):
                    continue
                raise Unreadable(f"the manifest's line {raw.strip()[:40]!r} is not of the form `key: value`")
            continue
        indent, key, value = found.groups()
        if not indent:
            section = key
            if key == "architecture" and value:
                raise Unreadable("`architecture` is no block mapping")
        elif section == "architecture":
            if key == "entrypoint":
                path, _, named = _scalar(value).partition("::")
                symbol = named or symbol
            elif key in _SYMBOL_KEYS:
                symbol = _scalar(value)
    return Entry(path, symbol or Entry.symbol)


def _scalar(value):
    if value and len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"" and "\\" not in value:
        value = value[1:-1]
    if not value or not re.fullmatch(r"[A-Za-z0-9_./: -]+", value):
        raise Unreadable(f"the manifest's value {str(value)[:40]!r} is not plain")
    return value
