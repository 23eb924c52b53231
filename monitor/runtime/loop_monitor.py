"""Measure for how long single steps hold the event loop, and where in the code."""

import asyncio
import math
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import FrameType

import structlog

from monitor.messages import EventLoop
from monitor.messages.codec import to_dict

STALL_SECONDS = 0.05
"""No step should hold the event loop for longer than this, in seconds."""
WARN_SECONDS = 0.25
"""A minute with a stall of more seconds than this is logged."""
WINDOW_SECONDS = 60
"""The period of which stalls are reported, in seconds."""
BEAT_SECONDS = 0.01
"""Seconds between two heartbeats. A stall is measured as the delay of the next one."""
SAMPLE_SECONDS = 0.025
"""Seconds between two looks at the heartbeat from outside of the event loop."""
HELD_SECONDS = 5.0
"""A stall that lasts longer than this, in seconds, is logged while it lasts: /ready cannot answer, and it may never end."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Stall:
    """A delay of the event loop in seconds: by the clock, and by the CPU time of its thread. *place* is "" if unknown.

    If little of it is CPU time, the step waited for the disk or the machine was busy with other programs.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    place: str = ""


@dataclass
class LoopStalls:
    """The longest delay of each of the last WINDOW_SECONDS seconds, with the number of stalls. Pure: time is an argument.

    *longest_cpu* is the longest CPU time of any stall since the start, and *total* the number of stalls.
    """

    window: deque[tuple[int, int, Stall]] = field(default_factory=deque)
    longest_cpu: Stall = field(default_factory=Stall)
    total: int = 0

    def record(self, now: float, stall: Stall) -> None:
        """Record a delay that ended at *now*, in monotonic seconds."""
        is_stall = int(stall.seconds > STALL_SECONDS)
        self.total += is_stall
        self.longest_cpu = max(self.longest_cpu, stall, key=lambda each: each.cpu_seconds)
        second = int(now)
        if self.window and self.window[-1][0] == second:
            _, count, longest = self.window.pop()
            self.window.append((second, count + is_stall, max(longest, stall, key=lambda each: each.seconds)))
        else:
            self.window.append((second, is_stall, stall))
        self._expire(now)

    def summary(self, now: float) -> EventLoop:
        """Return the longest delay of the last WINDOW_SECONDS seconds before *now*, and the number of stalls."""
        self._expire(now)
        longest = max((stall for _, _, stall in self.window), key=lambda each: each.seconds, default=Stall())
        stalls = sum(count for _, count, _ in self.window)
        milliseconds, cpu_milliseconds = (round(each * 1000, 1) for each in (longest.seconds, longest.cpu_seconds))
        return EventLoop(milliseconds, cpu_milliseconds, stalls, longest.place or None)

    def _expire(self, now: float) -> None:
        while self.window and self.window[0][0] <= now - WINDOW_SECONDS:
            self.window.popleft()


@asynccontextmanager
async def monitor_loop(log_seconds: float = WINDOW_SECONDS, held_seconds: float = HELD_SECONDS) -> AsyncIterator[LoopStalls]:
    """Measure the stalls of the running event loop until the context ends, and log the worst every *log_seconds*.

    A stall that lasts longer than *held_seconds* is logged meanwhile, at most every *log_seconds*.
    """
    heartbeat = _Heartbeat(asyncio.get_running_loop(), log_seconds, held_seconds)
    heartbeat.start()
    try:
        yield heartbeat.stalls
    finally:
        heartbeat.stop()


class _Heartbeat:
    """Calls itself in the event loop every BEAT_SECONDS. A thread samples the loop's stack when a call is late."""

    def __init__(self, loop: asyncio.AbstractEventLoop, log_seconds: float, held_seconds: float) -> None:
        self.stalls = LoopStalls()
        self._loop, self._ident = loop, threading.get_ident()
        self._log_seconds, self._held_seconds = log_seconds, held_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop-monitor", daemon=True)
        self._last, self._last_cpu = time.monotonic(), time.thread_time()
        self._logged = self._last
        self._place = ""

    def start(self) -> None:
        self._thread.start()
        self._handle = self._loop.call_later(BEAT_SECONDS, self._beat)

    def stop(self) -> None:
        self._stopped.set()
        self._handle.cancel()
        self._thread.join()

    def _beat(self) -> None:
        now, cpu = time.monotonic(), time.thread_time()
        seconds = max(0.0, now - self._last - BEAT_SECONDS)
        place = self._place if seconds > STALL_SECONDS else ""
        self.stalls.record(now, Stall(seconds, min(seconds, cpu - self._last_cpu), place))
        self._last, self._last_cpu, self._place = now, cpu, ""
        if now - self._logged >= self._log_seconds:
            self._logged = now
            worst = self.stalls.summary(now)
            if worst.longest_ms > WARN_SECONDS * 1000:
                log.warning("event loop held", **to_dict(worst))
        self._handle = self._loop.call_later(BEAT_SECONDS, self._beat)

    def _watch(self) -> None:
        logged = -math.inf
        while not self._stopped.wait(SAMPLE_SECONDS):
            last, now = self._last, time.monotonic()
            held = now - last - BEAT_SECONDS
            if not self._place and held > STALL_SECONDS / 2:
                place = self._look()
                # The stall may have ended meanwhile.
                if last == self._last:
                    self._place = place
            if held > self._held_seconds and now - logged > self._log_seconds:
                logged = now
                log.error("event loop held, and not free yet", seconds=round(held, 1), place=self._look())

    def _look(self) -> str:
        """Return the place in the code where the event loop is."""
        frame = sys._current_frames().get(self._ident)  # noqa: SLF001  (the only way to read another thread's stack)
        return describe_place(frame, asyncio.current_task(self._loop))


def describe_place(frame: FrameType | None, task: "asyncio.Task[object] | None") -> str:
    """Return the name of *task*, and the innermost function of this program in the stack of *frame*."""
    name = f"{task.get_name()}: " if task else ""
    while frame and not _is_ours(frame):
        frame = frame.f_back
    if frame is None:
        return f"{name}outside newsmonitor"
    module, code = frame.f_globals.get("__name__", "?"), frame.f_code
    return f"{name}{module}.{code.co_qualname}, line {frame.f_lineno}"


def _is_ours(frame: FrameType) -> bool:
    name: str = frame.f_globals.get("__name__", "")
    return name.startswith(("monitor.", "consumers.")) and name != __name__
