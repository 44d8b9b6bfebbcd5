"""`python -m prism_challenge.preflight`: a warm process that waits for its one bundle."""

from __future__ import annotations

import os
import platform
import socket
import sys
from pathlib import Path
from typing import NoReturn

# What bundles import, loaded before there is one, so that its preflight takes less than a second.
import einops
import einops.layers.torch  # noqa: F401
import numpy  # noqa: F401
import torch
import torch._dynamo  # noqa: F401
import torch.distributed  # noqa: F401

import prism_capture

from ..worker import bundle, determinism
from . import rehearsal
from .channel import Channel
from .examination import Examination
from .findings import Report
from .held import Before

_leave = os._exit


def main() -> NoReturn:
    """Waits for a bundle, examines it and leaves without waiting for its threads or finalizers."""
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connected.connect(os.environ["PRISM_SOCKET"])
    serve(Channel(connected))
    sys.stdout.flush()
    sys.stderr.flush()
    _leave(0)


def serve(channel: Channel) -> None:
    """Says ready, waits, and examines the one bundle of the request."""
    rehearsal.as_one_process()
    before = Before()
    version = str(torch.__version__).partition("+")[0]
    channel.send(ready={"python": platform.python_version(), "torch": version})
    request = channel.request()
    if request is None:
        return
    root = os.environ["PRISM_BUNDLE"]
    report = Report(channel, Path(root).resolve())
    determinism.force_deterministic(request["device"])
    determinism.compile_is_identity()
    determinism.hide_triton()
    determinism.seed_all(request["context"]["seed"])
    prism_capture.lock_down()
    Examination(request, report, bundle.Bundle(root), before).run()
    report.done()


if __name__ == "__main__":
    main()
