"""Writes names.txt: the names behind `names = "public"` and `"operators"` of table.toml, from the real modules.

Run with the runner's Python (3.11 or newer) and its torch: `python gate-plugins/static-analysis/table/generate.py`.
A module of the table that can't be imported here, or a listed name that does not exist, is an error: the table describes
what is there. Review the diff of names.txt; a new name of a new torch release is allowed only by being read: one that is a
module, a class that holds one, and one whose own source runs text, reads attributes by a text, or reaches files,
processes or sockets is an error until it stands in REVIEWED with the reason why it is harmless.
"""

import builtins
import importlib
import inspect
import pathlib
import re
import sys
import textwrap
import tomllib
import types

import torch

HERE = pathlib.Path(__file__).parent
# Listed by hand because the machine that generates need not have them.
OPTIONAL = {"einops", "typing_extensions", "numpy"}
PLAIN = (int, float, complex, str, bool, bytes, tuple, torch.dtype, torch.layout, torch.memory_format, torch.device)

# What an allowed name's source must not do without having been read by a person.
ALARM = re.compile(
    r"(?<![\w.])(eval|exec|compile|open|__import__|Popen|Thread|Process)\(|import_module|\bpickle\b|subprocess|\bsocket\b"
    r"|\bctypes\b|load_library|_getframe|currentframe|\bgetattr\([^,]+, (?!['\"])|os\.environ|tempfile|get_type_hints"
    r"|torch\.(load|save)\("
)
# The last part of the name, and why the alarm is none.
REVIEWED = {
    "GradScaler": "the word stands in an error text",
    "autocast": "getattr(torch, device_type): a mode class by the device's name",
    "fork_rng": "getattr(torch, device_type): random streams by the device's name",
    "compile": "its backend and options are conditions on the call; the identity in a scored run",
    "Module": "get_submodule and its siblings hand out modules, parameters and buffers only",
    "ParameterDict": "its own numbered entries",
    "ParameterList": "its own numbered entries",
    "RNNBase": "its own weights; torch.save in a comment",
    "RNN": "its own weights", "LSTM": "its own weights", "GRU": "its own weights",
    "interpolate": "imports one fixed module of torch",
    "pad": "imports one fixed module of torch",
    "BlockMask": "its own fixed attributes",
    "DistributedDataParallel": "reads the launcher's environment",
    "orthogonal": "the weight of an nn.Module; the map's name out of a fixed enumeration",
    "spectral_norm": "the weight of an nn.Module",
    "weight_norm": "the weight of an nn.Module",
    "ParametrizationList": "its own numbered originals",
    "register_parametrization": "the tensor of an nn.Module, refused if it is no tensor",
    "remove_parametrizations": "the tensor of an nn.Module",
    "transfer_parametrizations_and_params": "parameters of an nn.Module that is parametrised already",
    "Optimizer": "torch.load in an example",
    "Event": "its pointer is denied by the attribute's name", "Stream": "its pointer is denied by the attribute's name",
    "SparseSemiStructuredTensor": "its own fixed fields",
    "Distribution": "its own fixed properties",
    "DataLoader": "subprocesses need num_workers, a condition on the call",
    "Backend": "its own constants by the backend's name",
    "FullStateDictConfig": "torch.load in an example",
    "FullyShardedDataParallel": "torch.load in an example; forwards to the module it wraps",
    "DeviceMesh": "the launcher's environment; the word pickle in a comment",
    "fields": "a fixed private name", "replace": "the fields of a record",
    "BinaryIO": "a method's name", "IO": "a method's name", "TextIO": "a method's name",
    "no_type_check": "marks what it walks, hands nothing out",
    "runtime_checkable": "an example",
    "namedtuple": "field names are checked to be identifiers without an underscore in front",
    "total_ordering": "a fixed set of comparison methods",
    "update_wrapper": "its lists of names are conditions on the call",
    "wraps": "its lists of names are conditions on the call",
    "ExitStack": "an example",
    "Enum": "the functional form is refused by the gate", "EnumMeta": "a metaclass: may not be called",
    "EnumType": "a metaclass: may not be called",
    "Random": "the word stands in a docstring",
    "Logger": "looks its caller's line up, hands no frame out",
    "basicConfig": "its filename is a condition on the call",
}


def alarming(path: str, value: object) -> str | None:
    """Why an allowed name needs a look, or None."""
    if isinstance(value, types.ModuleType):
        return f"{path} is a module"
    if isinstance(value, type):
        held = [n for n in dir(value) if isinstance(inspect.getattr_static(value, n, None), types.ModuleType)]
        if held:
            return f"{path} holds modules: {held}"
    # Layers are far too many to list, and all of them look their own weights up.
    if path.rsplit(".", 1)[1] in REVIEWED or path.startswith("torch.nn.modules."):
        return None
    try:
        source = inspect.getsource(value)
    except (TypeError, OSError):
        return None
    found = sorted({match[0] for match in ALARM.finditer(source)})
    return f"{path} must be reviewed: its source has {found}" if found else None


def defined_here(module: types.ModuleType, value: object) -> bool:
    """Whether a value is the module's own (or torch's, for a torch module) and no module."""
    if isinstance(value, types.ModuleType):
        return False
    if isinstance(value, PLAIN):
        return True
    root = module.__name__.split(".")[0]
    home = getattr(value, "__module__", None)
    if home is None or isinstance(value, types.BuiltinFunctionType):
        return True
    if root != "torch":
        # The C halves of the standard library: _heapq, _operator, _collections_abc.
        return home.split(".")[0].lstrip("_") in {root, "builtins", "collections_abc", "pydecimal", "decimal"} or type(value).__module__ == root
    return home.split(".")[0] == "torch"


def public(module: types.ModuleType) -> set[str]:
    return {n for n in dir(module) if not n.startswith("_") and defined_here(module, getattr(module, n))}


def operators() -> set[str]:
    names = {n for n in dir(torch._C._VariableFunctions) if not n.startswith("_") and hasattr(torch, n)}
    # The batched forms that hand-written optimisers use.
    names |= {n for n in dir(torch) if n.startswith(("_foreach_", "_fused_ad", "_fused_sgd"))}
    return names | {n for n in dir(torch) if not n.startswith("_") and isinstance(getattr(torch, n), (torch.dtype, torch.layout, torch.memory_format))}


def main() -> int:
    table = tomllib.loads((HERE / "table.toml").read_text())
    lines = [f"# Generated by generate.py from torch {torch.__version__.split('+')[0]} and Python {sys.version_info[0]}.{sys.version_info[1]}. Do not edit."]
    problems = []
    for entry in table["module"]:
        path, kind = entry["path"], entry["names"]
        try:
            module = importlib.import_module(path)
        except ImportError as error:
            if path.split(".")[0] not in OPTIONAL | {"prism_challenge"}:
                problems.append(f"{path}: {error}")
            continue
        for name in entry.get("also", []):
            if not hasattr(module, name) and path.split(".")[0] not in {"typing", "typing_extensions", "numpy", "copy", "prism_challenge", "types", "enum"}:
                problems.append(f"{path}.{name} does not exist")
        names = {"operators": operators, "public": lambda: public(module), "listed": set}[kind]()
        names -= set(entry.get("except", []))
        allowed = names | set(entry.get("also", []))
        problems += filter(None, (alarming(f"{path}.{n}", getattr(module, n)) for n in sorted(allowed) if hasattr(module, n)))
        if kind == "listed":
            continue
        lines.append(f"[{path}]")
        lines.extend(textwrap.wrap(" ".join(sorted(names)), 118, break_on_hyphens=False))
    lines.append("[*exceptions]")
    raised = {n for n in dir(builtins) if isinstance(getattr(builtins, n), type) and issubclass(getattr(builtins, n), BaseException)}
    raised |= {"ExceptionGroup", "BaseExceptionGroup", "EncodingWarning", "PythonFinalizationError"}
    lines.extend(textwrap.wrap(" ".join(sorted(raised)), 118))
    lines.append("[*standard]")
    lines.extend(textwrap.wrap(" ".join(sorted(n for n in sys.stdlib_module_names)), 118))
    (HERE / "names.txt").write_text("\n".join(lines) + "\n")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
