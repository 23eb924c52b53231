"""The view on a terminal: reads the streams, and draws what is new. Without a terminal there is no view."""

import asyncio
import io
import sys
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rich.console import Console, Group
from rich.live import Live

from monitor import logs
from monitor.bus import Bus, Record
from monitor.bus.tail import tail
from monitor.clock import Clock, utc
from monitor.format import pluralize
from monitor.messages import Alert, Counted, Mark
from monitor.messages.codec import Invalid, decode
from monitor.runtime.signals import stop_on_signal
from monitor.terminal.board import Board
from monitor.terminal.screen import Size, listing, screen

REFRESH_SECONDS = 0.25
"""Seconds between two looks at whether there is anything new to draw."""
Kind = type[Alert | Counted | Mark]


def open_console() -> Console | None:
    """Return a console that prints on the terminal. None if standard output is none, or one that cannot move its cursor."""
    if not sys.stdout.isatty():
        return None
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal may lack the characters of a title, or the shape of a badge.
        sys.stdout.reconfigure(errors="replace")
    console = Console(markup=False, emoji=False, highlight=False)
    return None if console.is_dumb_terminal else console


@contextmanager
def live_view(console: Console) -> Iterator[Live]:
    """Yield a view that takes up the terminal of *console* while the context is open.

    A view of the whole screen is drawn anew when the size of the terminal changes, which a view between other lines is not.
    """
    with logs.held_back(), Live(console=console, screen=True, auto_refresh=False) as live:
        yield live


@dataclass
class AlertView:
    """The alerts of the last *hours* on a terminal, as *board* admits them. *what* describes that; marked ones are optional."""

    board: Board
    hours: float
    what: str = ""
    with_marked: bool = False
    clock: Clock = utc
    records: int = field(default=0, init=False)
    skipped: int = field(default=0, init=False)

    async def follow(self, bus: Bus, live: Live) -> None:
        """Draw each change on *live* until SIGINT or SIGTERM, after which the terminal is as before."""
        async with stop_on_signal() as stop:
            readers = [self._add_all(kind, tail(bus, kind.STREAM.name, since)) for kind, since in self._streams()]
            tasks = [asyncio.ensure_future(each) for each in (*readers, self._draw(live), stop.wait())]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def read(self, bus: Bus) -> None:
        """Read what is on *bus*."""
        for kind, since in self._streams():
            await self._add_all(kind, bus.replay(kind.STREAM.name, since))

    def since(self, now: datetime) -> datetime:
        """Return when the time that is shown begins."""
        return now - timedelta(hours=self.hours)

    def screen(self, console: Console) -> Group:
        """Return what is drawn on *console*."""
        now = self.clock()
        cards = self.board.cards(now, self.since(now))
        stories = f"{len(cards):,} {'story' if len(cards) == 1 else 'stories'}"
        skipped = f", {pluralize(self.skipped, 'record')} skipped" if self.skipped else ""
        title = f"newsmonitor alerts  {now:%Y-%m-%d %H:%M} UTC  {stories}{skipped}{self.what and f'  {self.what}'}"
        size = Size(console.width, console.height)
        return screen(title, cards, console, size, now, with_marked=self.with_marked)

    def listing(self, console: Console) -> Group | None:
        """Return all cards for *console*, the newest change last; None if there are none."""
        now = self.clock()
        cards = self.board.cards(now, self.since(now))
        return listing(cards[::-1], console, now, with_marked=self.with_marked) if cards else None

    def _streams(self) -> tuple[tuple[Kind, datetime | None], ...]:
        """Return what is read, and from when on."""
        return (Alert, self.since(self.clock())), (Counted, None), (Mark, None)

    async def _add_all(self, kind: Kind, records: AsyncIterable[Record]) -> None:
        async for record in records:
            try:
                self.board.add(decode(kind, record))
            except Invalid:
                self.skipped += 1
            self.records += 1

    async def _draw(self, live: Live) -> None:
        drawn = None
        while True:
            current = self.records, live.console.size, f"{self.clock():%H:%M}"
            if current != drawn:
                live.update(self.screen(live.console), refresh=True)
                drawn = current
            await asyncio.sleep(REFRESH_SECONDS)
