"""Looks for a way out over the network, and for other ends of Unix sockets."""

from __future__ import annotations

import socket
from pathlib import Path

#: Names, public addresses, a cloud's metadata service, the usual first hosts of private networks.
TARGETS = ["example.com:80", "1.1.1.1:53", "8.8.8.8:443", "169.254.169.254:80", "10.0.0.1:80", "172.17.0.1:80"]


def targets() -> list[str]:
    # A test that listens somewhere writes its address here.
    extra = Path(__file__).with_name("targets.txt")
    return TARGETS + (extra.read_text().split() if extra.exists() else [])


def train(ctx) -> None:
    reached = []
    for target in targets():
        host, _, port = target.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=2).close()
            reached.append(target)
        except OSError:
            pass
    try:
        reached += [f"interface {name}" for _, name in socket.if_nameindex() if name != "lo"]
    except OSError:
        pass
    for family, kind in [(socket.AF_PACKET, socket.SOCK_RAW), (socket.AF_VSOCK, socket.SOCK_STREAM)]:
        try:
            socket.socket(family, kind).close()
            reached.append(f"socket family {int(family)}")
        except OSError:
            pass
    # Abstract Unix sockets have no file; only the network namespace stands between.
    for line in Path("/proc/net/unix").read_text().splitlines() if Path("/proc/net/unix").exists() else []:
        name = line.split()[-1]
        if name.startswith("@"):
            with socket.socket(socket.AF_UNIX) as other:
                try:
                    other.connect("\0" + name[1:])
                    reached.append(name)
                except OSError:
                    pass
    raise RuntimeError(f"hostile: reached={reached}")
