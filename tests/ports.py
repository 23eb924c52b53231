"""TCP ports that no other test takes."""

import os
import socket
from contextlib import closing, suppress
from itertools import count

FIRST, EACH = 20_000, 200
"""The first port, and how many each process of xdist has. They are below those from which systems choose one for a connection.

A free port of theirs may be gone when the test comes to use it, since other processes make connections meanwhile.
"""
_numbers = count()


def unused_port() -> int:
    """Return a port of 127.0.0.1 that is not in use, another one at each call."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = FIRST + worker * EACH + next(_numbers) % EACH
        with closing(socket.socket()) as each, suppress(OSError):
            each.bind(("127.0.0.1", port))
            return port
