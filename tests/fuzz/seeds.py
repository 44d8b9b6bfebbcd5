"""Seed corpora for the fuzz targets, made of the bundles that the repository holds.

    python3 tests/fuzz/seeds.py FOLDER

writes FOLDER/TARGET/... for every target. A seed's name is the digest of its content, so that a second run adds
only what is new.
"""

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LARGEST = 60_000


def bundles():
    """Every folder that holds a bundle: the batteries', the gates' cases, the examples."""
    yield from sorted(TOP.glob("tests/batteries/*/*/bundle"))
    yield from sorted(TOP.glob("gate-plugins/*/cases/*/bundle"))
    yield from sorted(path for path in TOP.glob("tests/bundles/*") if path.is_dir())


def files(folder):
    """The files of a bundle by their paths, binary ones included."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def joined(content):
    """Several files as one input: see `src/fuzz.rs`."""
    return b"".join(b"=== " + path.encode() + b"\n" + text + b"\n" for path, text in content.items())


def archive(content, method):
    """The files as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zipped:
        for path, text in content.items():
            zipped.writestr(zipfile.ZipInfo(path), text, method)
    return out.getvalue()


def frames():
    """A worker's messages, each behind its length."""
    messages = [
        {"type": "hello", "protocol": 2, "pid": 7, "python": "3.11.7", "torch": "2.11.0"},
        {"type": "finished"},
        {"type": "trained", "step": 3},
        {"type": "bad_output", "step": 0, "problem": {"what": "shape", "got": [1, 2, 3]}},
        {"type": "state", "name": "w", "kind": "parameter", "dtype": "float32", "shape": [2, 3]},
        {"type": "state_chunk", "bytes": 24},
        {"type": "raised", "phase": "train", "class": "ValueError", "file": "training.py", "line": 3, "traceback": "x"},
    ]
    said = [json.dumps(message).encode() for message in messages]
    return [len(text).to_bytes(4, "little") + text for text in said]


def seeds():
    """Pairs of a target and a seed for it."""
    answers = sorted(TOP.glob("tests/batteries/*/*/answer.json"))
    answers += sorted(TOP.glob("gate-plugins/llm-review/tests/answers/*.json"))
    answers = [path.read_bytes() for path in answers] or [b"{}"]
    for path in sorted(TOP.glob("tests/batteries/*/*/archive.zip")):
        yield "archive", path.read_bytes()
    for number, folder in enumerate(bundles()):
        content = files(folder)
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield "archive", archive(content, method)
        sources = {path: text for path, text in content.items() if path.endswith(".py")}
        for text in sources.values():
            yield "lexical", text
        for name in ("prism.yaml", "prism.yml"):
            if name in content:
                yield "manifest", content[name]
        for target in ("python", "static-analysis", "contract", "distributed-contract", "duplicate-review"):
            yield target, joined(sources if target == "python" else content)
        answer = answers[number % len(answers)]
        yield "llm-review", joined({**content, "answer.json": answer})
    yield "manifest", json.dumps({"kind": "full"}).encode()
    for said in (*frames(), b"".join(frames())):
        yield "frames", said
    for path in sorted(TOP.glob("runner/tokenizer/tests/data/*.json")):
        yield "tokenizer", path.read_bytes() + b"\n=== \nthe quick  brown fox's 12 \xc3\xa9\n"


def main():
    """Writes the seeds."""
    folder = Path(sys.argv[1])
    for target, seed in seeds():
        if len(seed) <= LARGEST:
            place = folder / target
            place.mkdir(parents=True, exist_ok=True)
            (place / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


if __name__ == "__main__":
    main()
