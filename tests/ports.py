"""TCP ports that no other test takes."""

import os
import socket
from contextlib import closing, suppress
from itertools import count

FIRST, EACH = 20_000, 200
"""The first port, and how many each process of xdist has. They are below those from which systems choose one for a connection.

A free port of theirs may be gone when the test comes to use it, since other processes make connections meanwhile.
"""
OTHERS, OTHER_PORTS, APART = 24_000, 8_000, 61
"""The first port of all other processes, their number, and how far apart two of these processes begin."""
_numbers = count()


def unused_port() -> int:
    """Return a port of 127.0.0.1 that is not in use, another one at each call."""
    while True:
        port = _next_port()
        with closing(socket.socket()) as each, suppress(OSError):
            each.bind(("127.0.0.1", port))
            return port


def _next_port() -> int:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        return FIRST + int(worker.removeprefix("gw")) * EACH + next(_numbers) % EACH
    return OTHERS + (os.getpid() * APART + next(_numbers)) % OTHER_PORTS
