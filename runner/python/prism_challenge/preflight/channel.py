"""The line to the host: one JSON object a line, in both directions, over one Unix socket."""

from __future__ import annotations

import json
import socket
from typing import Any

#: Longest line in bytes, either way.
LONGEST_LINE = 1 << 20


class Channel:
    """Speaks to the host.

    Encoder and socket methods are taken here, before a bundle could put others in their place.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._receive, self._send_all = connected.recv, connected.sendall
        self._encode = json.JSONEncoder(allow_nan=False, ensure_ascii=False).encode

    def send(self, **message: Any) -> None:
        """Sends one object.

        Raises `OSError` when the host has gone and `ValueError` for what can't be said.
        """
        # Half of a surrogate pair, as a bundle may have in a name, is no UTF-8.
        line = self._encode(message).encode("utf-8", "replace")
        if len(line) >= LONGEST_LINE:
            raise ValueError(f"a line of {len(line)} bytes")
        self._send_all(line + b"\n")

    def request(self) -> dict[str, Any] | None:
        """Waits for the one request; None when the host has no use for this process."""
        line = b""
        while not line.endswith(b"\n"):
            received = self._receive(1 << 16)
            if not received or len(line) > LONGEST_LINE:
                return None
            line += received
        return json.loads(line)
