"""The connections that the process of a test opens, as Python itself reports them to an audit hook."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_listening: list[list[object]] = []
"""Where addresses are noted now. A hook stays for as long as the process."""


@contextmanager
def connections() -> Iterator[list[object]]:
    """Yield a list to which the address of each connection is added that is opened while the context is open."""
    _add_hook()
    addresses: list[object] = []
    _listening.append(addresses)
    try:
        yield addresses
    finally:
        # By identity: two lists may be equal.
        del _listening[next(number for number, each in enumerate(_listening) if each is addresses)]


@cache
def _add_hook() -> None:
    def note(event: str, arguments: tuple[object, ...]) -> None:
        if _listening and event == "socket.connect":
            for each in _listening:
                each.append(arguments[1])

    sys.addaudithook(note)
