"""What a worker does that examines an exported state: it builds the model, loads the state and answers; it trains on
nothing and imports no training script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from . import state
from .stream import Stream


def answer(session: Any, stream: Stream, build: Callable[[], Any]) -> None:
    """Answers for as long as the supervisor asks: with the model as it is built, then with the state in it."""
    model = _built(session, stream, build)
    while True:
        order, rows = session.receive()
        order, rows = stream.questions(model, order, rows, lambda rows: stream.predict(model, rows))
        if order.kind == "predict":
            stream.charge(model, stream.predict(model, rows))
        elif order.kind == "load_state":
            stream.phase = "load_state"
            state.load(session, model)
            session.loaded()
        elif order.kind == "build":
            model = _built(session, stream, build)
        else:
            return


def _built(session: Any, stream: Stream, build: Callable[[], Any]) -> torch.nn.Module:
    stream.phase = "build"
    model = build()
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"build_model(ctx) must return a torch.nn.Module, not {type(model).__name__}")
    session.built()
    return model
