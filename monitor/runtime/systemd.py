"""Tell systemd how the process is, by the protocol of sd_notify: datagrams to the socket that NOTIFY_SOCKET names.

What is said is decided by a pure function from the condition before and now. The watchdog is fed only while the services give
signs of life, so systemd restarts a process that hangs, and leaves one alone that waits for the bus or restores its state.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import structlog

from monitor.backoff import pause
from monitor.runtime.health import Health

LOOK_SECONDS = 0.5
"""Seconds between two looks at the condition of the process."""
EXTEND_SECONDS = 60
"""Seconds by which a start that makes progress may take longer. A restore takes minutes if there is much to read."""
FEEDS = 3
"""How often the watchdog is fed in its period."""
MAX_STATUS_CHARS = 500
REMEDY = "report it with this log line; if it goes on, systemd restarts the process"
"""What to do about a bug in what tells the condition."""
VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")

log = structlog.get_logger()

Notify = Callable[[str], bool]
"""Sends one message. Returns False if it must be sent again."""


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Where to *notify*, and the period of the watchdog in seconds; None if there is none."""

    notify: Notify
    watchdog: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """How a process is, in what systemd asks for. *reloads* were asked for, *reloaded* of them are done."""

    status: str
    ready: bool
    alive: bool = True
    reloads: int = 0
    reloaded: int = 0
    stopping: bool = False


NEW = Condition("", ready=False)
"""What systemd takes a process to be that has said nothing."""


def supervisor(environ: MutableMapping[str, str], pid: int) -> Supervisor | None:
    """Return who supervises the process *pid*; None if *environ* names nobody.

    Removes the variables, so that the worker processes and the page do not report in the name of this process.
    """
    address, period, watched = (environ.pop(name, "") for name in VARIABLES)
    if not address.startswith(("/", "@")):
        return None
    is_watched = period.isdecimal() and watched in {"", str(pid)}
    return Supervisor(_sender(address), int(period) / 1_000_000 if is_watched else None)


def messages(before: Condition, now: Condition, monotonic: float) -> list[str]:
    """Return what to say of a process that was as *before*, at *monotonic* seconds. *before* is what was said last."""
    if now.stopping:
        return [] if before.stopping else ["STOPPING=1"]
    said = []
    if now.status != before.status:
        # One line, and short: a line end would begin another variable, and a long message would not be sent at all.
        said.append(f"STATUS={' '.join(now.status.split())[:MAX_STATUS_CHARS]}")
    if not before.ready:
        return [*said, "READY=1"] if now.ready else said
    if now.reloads > before.reloads:
        said.append(f"RELOADING=1\nMONOTONIC_USEC={int(monotonic * 1_000_000)}")
    if now.reloaded == now.reloads and now.reloads > before.reloaded:
        said.append("READY=1")
    return said


def said_of(before: Condition, now: Condition) -> Condition:
    """Return what has been said once `messages` are sent. Ready is said once: later trouble is in the status."""
    return replace(now, ready=before.ready or now.ready)


def condition_of(services: Mapping[str, Health], now: float, config_trouble: str | None = None) -> Condition:
    """Return the condition of a process that runs *services*, at *now* in monotonic seconds.

    *config_trouble* is why the latest edit of its config is not in use.
    """
    ready = sum(each.is_ready(now) for each in services.values())
    texts = {**{name: health.text() for name, health in services.items()}, "config": config_trouble}
    troubles = [f"; {name}: {text}" for name, text in texts.items() if text]
    status = f"{ready} of {len(services)} services ready{''.join(troubles)}"
    alive = all(each.is_alive(now) for each in services.values())
    return Condition(status, ready == len(services), alive)


@asynccontextmanager
async def reporting(by: Supervisor | None, condition: Callable[[], Condition], stop: asyncio.Event) -> AsyncIterator[None]:
    """Report the *condition* of the process until the context ends, also while it stops. Report nothing to None."""
    if by is None:
        yield
        return
    task = asyncio.create_task(_report(by, condition, stop))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        by.notify("STOPPING=1")


async def _report(by: Supervisor, condition: Callable[[], Condition], stop: asyncio.Event) -> None:
    said, fed = NEW, 0.0
    while True:
        now, monotonic = replace(_condition_or_error(condition, said), stopping=stop.is_set()), time.monotonic()
        if all(by.notify(each) for each in messages(said, now, monotonic)):
            said = said_of(said, now)
        if now.alive and monotonic - fed >= _period(by, said) and by.notify(_sign_of_life(said)):
            fed = monotonic
        await (asyncio.sleep(LOOK_SECONDS) if stop.is_set() else pause(stop, LOOK_SECONDS))


def _condition_or_error(condition: Callable[[], Condition], said: Condition) -> Condition:
    """Return the *condition*. If that fails, return *said*, which was the last, without a sign of life and with the error."""
    try:
        return condition()
    except Exception as error:
        log.exception("systemd cannot be told how the process is; trying again", remedy=REMEDY)
        status = f"how the process is cannot be told: {type(error).__name__}: {error}; its log says where"
        return replace(said, status=status, alive=False)


def _period(by: Supervisor, said: Condition) -> float:
    """Return the seconds between two signs of life. Without a watchdog they matter at the start only."""
    seconds = EXTEND_SECONDS if by.watchdog is None or not said.ready else by.watchdog
    return seconds / FEEDS


def _sign_of_life(said: Condition) -> str:
    """Return what tells that the process makes progress. The watchdog begins when the start is over."""
    return "WATCHDOG=1" if said.ready else f"EXTEND_TIMEOUT_USEC={EXTEND_SECONDS * 1_000_000}"


def _sender(address: str) -> Notify:
    target = f"\0{address[1:]}" if address.startswith("@") else address

    def notify(message: str) -> bool:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as connection:
                connection.settimeout(0)
                connection.sendto(message.encode(errors="backslashreplace"), target)
        except OSError:
            return False
        return True

    return notify
