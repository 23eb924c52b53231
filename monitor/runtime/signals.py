"""What a process does on signals: stop in order, end at once, or read the config again."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial


@asynccontextmanager
async def stop_on_signal(
    report: Callable[[str], None] = lambda _: None, reload: Callable[[], None] | None = None
) -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set on SIGTERM or SIGINT, before a call of *report* with its name.

    A second SIGTERM changes nothing: a supervisor may send several, and kills what takes too long. A second SIGINT, or one
    after SIGTERM, interrupts the program: whoever presses Ctrl-C again does not want to wait.

    A program that runs on its own gives *reload*, which is called on SIGHUP; but if that tells that its terminal is gone, the
    program stops. The second SIGINT ends it at once, whatever it waits for. After the first SIGTERM, further ones are
    ignored.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def request_stop(name: str) -> None:
        loop.remove_signal_handler(signal.SIGINT)
        if reload:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        if not stop.is_set():
            stop.set()
            report(name)

    # Not a handler of the loop: removing one restores the default, and SIGTERM would kill before it is ignored.
    signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(request_stop, signal.SIGTERM.name))
    loop.add_signal_handler(signal.SIGINT, request_stop, signal.SIGINT.name)
    if reload:
        leave = partial(request_stop, signal.SIGHUP.name) if _has_terminal() else None
        loop.add_signal_handler(signal.SIGHUP, _hang_up, reload, leave)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN if reload and stop.is_set() else signal.SIG_DFL)
        for each in (signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(each)


def _hang_up(reload: Callable[[], None], leave: Callable[[], None] | None) -> None:
    """Call *leave* if it is given, for a program that had a terminal, and the terminal is gone; otherwise *reload*."""
    if leave and not _has_terminal():
        leave()
    else:
        reload()


def _has_terminal() -> bool:
    """Return whether standard input is a terminal that somebody still has open."""
    try:
        return os.isatty(0)
    except OSError:
        return False
