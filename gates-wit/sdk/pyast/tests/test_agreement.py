"""The parser of the gates and the interpreter of the runner read the same Python.

Ours is the example `acceptance`; theirs is the interpreter that runs these tests. The truth is what an import does: parse
and compile, for `ast.parse` lets pass what no import does (a `return` outside a function). Where both accept, the
outlines must be equal: every name, call, import and string at the same place (`outline.py`).

    cargo build -p prism-pyast --example acceptance
    $PRISM_PYTHON -m pytest -q gates-wit/sdk/pyast/tests
"""

import os
import random
import subprocess
import sys
import sysconfig
import tokenize
import warnings
from collections import Counter
from pathlib import Path

import mutants
import outline
import pytest

warnings.simplefilter("ignore")
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
MUTANTS = int(os.environ.get("PRISM_MUTANTS", "14000"))
STDLIB = Path(sysconfig.get_paths()["stdlib"])
TORCH = Path(sysconfig.get_paths()["purelib"]) / "torch"


def acceptance():
    """The built example."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).parents[4] / "target"))
    path = target / "debug/examples/acceptance"
    assert path.exists(), f"{path} is missing; build it with `cargo build -p prism-pyast --example acceptance`"
    return path


def ours(sources, tmp_path, *options):
    """What our parser says of each source."""
    records = tmp_path / "records"
    with records.open("wb") as out:
        for source in sources:
            out.write(b"%d\n%s" % (len(source), source))
    with records.open("rb") as given:
        done = subprocess.run(
            [acceptance(), VERSION, *options], stdin=given, capture_output=True, check=True, timeout=600
        )
    return done.stdout.decode().split("\n")[:-1]


def theirs(source):
    """What an import would say: `accept DIGEST`, or `refuse` with CPython's words."""
    try:
        tree = compile(source, "file.py", "exec", flags=0x400, dont_inherit=True)  # PyCF_ONLY_AST
        compile(tree, "file.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError, UnicodeError) as error:
        return f"refuse {type(error).__name__}: {error}"
    return "accept " + outline.digest(outline.of(tree, source))


def differences(sources, tmp_path, names):
    """Counts of agreement, and every disagreement in words."""
    counts, wrong = Counter(), []
    for name, source, our in zip(names, sources, ours(sources, tmp_path), strict=True):
        their = theirs(source)
        if our.startswith("too-deep"):
            counts["refused by our limits on depth"] += 1
        elif our == their:
            counts["accepted by both, read alike"] += 1
        elif our.startswith("accept") and their.startswith("accept"):
            wrong.append(f"READ DIFFERENTLY {name}")
        elif our.startswith("accept"):
            wrong.append(f"ONLY WE ACCEPT {name}: {their}")
        elif their.startswith("accept"):
            wrong.append(f"ONLY THEY ACCEPT {name}: {our}")
        else:
            counts["refused by both"] += 1
    print(dict(counts))
    return counts, wrong


def is_utf8(path):
    """Whether the file is UTF-8 and says nothing else of itself; the host refuses the others before any gate."""
    try:
        with path.open("rb") as file:
            encoding = tokenize.detect_encoding(file.readline)[0]
        path.read_bytes().decode()
    except (SyntaxError, UnicodeDecodeError):
        return False
    return encoding in ("utf-8", "utf-8-sig")


@pytest.mark.parametrize("folder", [STDLIB, TORCH], ids=["standard library", "torch"])
def test_the_parser_agrees_over_real_sources(folder, tmp_path):
    """Whole trees of sources, those that CPython keeps to test its own parser included."""
    assert folder.is_dir(), f"{folder} is missing"
    paths = [path for path in sorted(folder.rglob("*.py")) if "site-packages" not in path.relative_to(folder).parts]
    readable = [path for path in paths if is_utf8(path)]
    counts, wrong = differences([path.read_bytes() for path in readable], tmp_path, readable)
    assert not wrong, "\n".join(wrong)
    assert counts["accepted by both, read alike"] > 1000
    assert len(paths) - len(readable) < 20
    assert counts["refused by our limits on depth"] < 10


def test_the_parser_agrees_over_changed_sources(tmp_path):
    """The corpus of `mutants.py`, the same at every run."""
    paths = sorted(STDLIB.glob("*.py")) + sorted(TORCH.glob("nn/**/*.py")) + sorted(TORCH.glob("optim/*.py"))
    paths = random.Random(1).sample([path for path in paths if is_utf8(path)], 120)
    texts = mutants.mutants([path.read_text("utf-8") for path in paths], MUTANTS)
    sources = [text.encode("utf-8", "surrogatepass") for text in texts]
    counts, wrong = differences(sources, tmp_path, [repr(source) for source in sources])
    report = Path(os.environ.get("PRISM_AGREEMENT_REPORT", tmp_path / "report"))
    report.write_text("\n".join(wrong))
    wrong = [one for one in wrong if not known(one)]
    assert not wrong, f"{len(wrong)} disagreements:\n" + "\n".join(wrong[:40])
    assert counts["accepted by both, read alike"] > 2000
    assert counts["refused by both"] > 5000


# What we refuse and CPython runs, each with the reason.
STRICTER = (
    # A file that ends in a backslash and a carriage return: CPython takes the last line for empty.
    "unexpected EOF while parsing",
    # `x.__debug__ += 1` and `del x.__debug__`: CPython forgets them.
    "cannot assign to __debug__",
    # `from .__future__ import x`: CPython 3.13 no longer takes it for the other `__future__`.
    "is not defined",
    "__future__ imports must be at the top of the file",
)


def known(one):
    """Whether a disagreement is a known one. The one import that fails though we accept the file: from 3.13 on CPython
    can't encode a docstring that escapes half a surrogate pair."""
    return (one.startswith("ONLY THEY") and one.endswith(STRICTER)) or "refuse UnicodeEncodeError" in one
