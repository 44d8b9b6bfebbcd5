"""Walks the file system for the course, and /proc for the supervisor."""

from __future__ import annotations

import os
from pathlib import Path

#: First bytes of a course file.
MARK = b"prism-course\n"
#: Not files, or without end.
SKIPPED = {"/proc", "/sys", "/dev"}
#: A Python installation's tens of thousands of files.
UNLIKELY = (".py", ".pyc", ".pyi", ".h", ".hpp", ".cuh", ".so", ".txt")


def files():
    for folder, folders, names in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in SKIPPED]
        for name in names:
            yield os.path.join(folder, name)


def courses() -> list[str]:
    found = []
    for path in files():
        if path.endswith(UNLIKELY) or not os.path.isfile(path):
            continue
        if path.endswith(".course"):
            found.append(f"name {path}")
        try:
            with open(path, "rb") as file:
                if file.read(len(MARK)) == MARK:
                    found.append(f"file {path}")
        except OSError:
            pass
    return found


def supervisor() -> list[str]:
    """What /proc tells of a process that is none of ours."""
    found = []
    for entry in Path("/proc").iterdir() if os.path.isdir("/proc") else []:
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if os.path.basename(command.split(b"\0")[0]) in (b"prism-supervisor", b"prism"):
            found.append(f"process {entry.name}")
            for name in ("environ", "maps", "mem", "fd", "root"):
                try:
                    os.listdir(entry / name) if name in ("fd", "root") else open(entry / name, "rb").close()
                    found.append(f"{name} of {entry.name}")
                except OSError:
                    pass
    # Descriptors that were left open across the start of the jail.
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []:
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        if target.endswith(".course"):
            found.append(f"descriptor {target}")
    return found


def train(ctx) -> None:
    raise RuntimeError(f"hostile: reached={courses() + supervisor()}")
