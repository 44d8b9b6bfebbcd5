"""`python -m prism_challenge.worker`: one run, from connecting to the exported state."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from typing import Any, NoReturn

import torch
import torch._dynamo  # Optimisers load it at their first step; it must be here before the lock-down.
import torch.distributed  # Likewise, for bundles that wrap their model.

import prism_capture

from . import bundle as bundles
from . import context, determinism, examination, report, state
from .stream import Stream

# Exit statuses; the supervisor has been told the reason before.
_MINER_FAULT = 1
_LINK_BROKE = 70


def main() -> NoReturn:
    """Runs and leaves without waiting for threads or finalizers of the bundle."""
    threads = torch.get_num_threads()
    session = prism_capture.Session(
        os.environ["PRISM_SOCKET"], platform.python_version(), torch.__version__, threads
    )
    # Connecting starts a thread that works on one core and sets that as the process's default.
    torch.set_num_threads(threads)
    try:
        status = _run(session)
    except prism_capture.ProtocolError as error:
        print(f"prism: {error}", file=sys.stderr)
        status = _LINK_BROKE
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _run(session: Any) -> int:
    settings = json.loads(session.context)
    bundle = bundles.Bundle(os.environ["PRISM_BUNDLE"])
    stream = Stream(session, settings["tokenizer"], settings["separator"], bundle.root)
    phase = "startup"
    try:
        determinism.force_deterministic(session.device)
        determinism.compile_is_identity()
        determinism.hide_triton()
        determinism.seed_all(settings["seed"])
        bundle.on_path(settings["architecture_entrypoint"], settings["training_entrypoint"])
        prism_capture.lock_down()

        phase = "import_architecture"
        architecture = bundle.load(settings["architecture_entrypoint"])
        factory = bundles.reseeded(architecture, settings["build_model_symbol"], settings["seed"])
        ctx = context.make(settings, session.device, factory, stream.batches)
        if session.task == "examine":
            phase = "train"
            examination.answer(session, stream, lambda: factory(ctx))
            return 0
        phase = "import_training"
        training = bundle.load(settings["training_entrypoint"])
        train = bundles.symbol(training, settings["train_symbol"])

        phase = "train"
        determinism.seed_all(settings["seed"])
        train(ctx)
        stream.leave()
        session.finished()

        order, _ = session.receive()
        if order.kind == "export_state" and stream.model is not None:
            phase = "export_state"
            state.export(session, stream.model)
        return 0
    except (prism_capture.ProtocolError, prism_capture.OutputError) as error:
        # An output that can't be charged has been reported where it arose.
        print(f"prism: {error}", file=sys.stderr)
        return _LINK_BROKE if isinstance(error, prism_capture.ProtocolError) else _MINER_FAULT
    except BaseException as error:
        if phase == "train":
            phase = stream.phase
        with contextlib.suppress(prism_capture.ProtocolError):
            session.raised(phase, **report.describe(error, bundle.root))
        return _MINER_FAULT


if __name__ == "__main__":
    main()
