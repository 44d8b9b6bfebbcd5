"""Tries to leave a file everywhere but in its scratch folder."""

from __future__ import annotations

import os
import sys
import tempfile

import torch


def places() -> list[str]:
    # /dev/shm is the jail's own: memory of this one run with a size, gone with it.
    here = [
        "/", "/bin", "/boot", "/bundle", "/dev", "/etc", "/home", "/mnt", "/opt", "/proc/sys/kernel",
        "/root", "/run", "/runner", "/srv", "/sys/fs/cgroup", "/tmp", "/usr/lib", "/var", "/var/tmp",
        os.path.dirname(os.path.abspath(__file__)), os.path.dirname(torch.__file__), sys.prefix, sys.base_prefix,
    ]  # fmt: skip
    return sorted(set(here))


def train(ctx) -> None:
    scratch = os.path.realpath(os.environ["PRISM_SCRATCH"])
    reached = []
    for place in places():
        if os.path.realpath(place).startswith(scratch):
            continue
        path = os.path.join(place, "prism-was-here")
        try:
            with open(path, "w") as file:
                file.write("x")
            os.remove(path)
            reached.append(place)
        except OSError:
            pass
    for existing in ("/etc/passwd", "/etc/hosts", __file__, torch.__file__, "/proc/sysrq-trigger"):
        try:
            open(existing, "r+").close()
            reached.append(existing)
        except OSError:
            pass
    # The one place that is meant for writing must work, or the above proves nothing.
    with tempfile.TemporaryFile(dir=scratch) as file:
        file.write(b"x")
    raise RuntimeError(f"hostile: reached={reached}")
