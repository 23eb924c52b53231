"""A strip: the articles of a story on a time axis that all rows of a page share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from monitor.messages import Report, Stance

SPAN = timedelta(hours=24)
TICK = timedelta(hours=6)
SYMBOLS: Mapping[str, tuple[str, str]] = {
    "confirmed": ("k", "confirmed"),
    "denied": ("d", "denied"),
    "corrected": ("c", "corrected"),
    "declined": ("n", "no comment"),
    "announced": ("r", "announced"),
    "reported": ("r", "reported"),
    "said": ("r", "said"),
    "unnamed": ("u", "unnamed"),
    "asserted": ("o", "stated"),
    "repeated": ("e", "repeated"),
}
"""The symbol and the word of each mark."""
COVERED = 0.5
"""How near two marks are, in percent of the strip, if one covers the other: about a pixel."""
STRONGEST: tuple[Stance, ...] = ("corrected", "denied", "confirmed", "announced", "declined", "reported", "said", "asserted")


@dataclass(frozen=True, slots=True)
class Axis:
    """The time from *start* to *end*, of which *now* is at the given percentage, with a label each six hours."""

    start: datetime
    end: datetime
    labels: tuple[tuple[float, str], ...]

    @property
    def tick_hours(self) -> int:
        """How many whole hours after *start* the first label stands."""
        return round(self.labels[0][0] * 24 / 100)

    def percent(self, moment: datetime) -> float:
        """Return where *moment* is on the axis, in percent of its length."""
        return round(100 * ((moment - self.start) / (self.end - self.start)), 1)


@dataclass(frozen=True, slots=True)
class StripMark:
    """An article on the strip: its place in percent, its symbol, and its time and a word for a reader who cannot see it."""

    x: float
    symbol: str
    time: str
    word: str

    @property
    def at(self) -> str:
        """The place as the value of an attribute."""
        return f"{self.x:g}%"


@dataclass(frozen=True, slots=True)
class Strip:
    """The marks of a story, and how many of its articles are *earlier* than the axis."""

    marks: tuple[StripMark, ...]
    earlier: int

    @property
    def label(self) -> str:
        """The strip in words: ``2 earlier; 04:00 said; 04:09, 04:20 repeated``."""
        before = f"{self.earlier} earlier; " if self.earlier else ""
        groups = groupby(self.marks, key=lambda mark: mark.word)
        return before + "; ".join(f"{', '.join(mark.time for mark in marks)} {word}" for word, marks in groups)

    @property
    def drawn(self) -> Sequence[StripMark]:
        """The marks that can be seen: without those that an equal one covers."""
        last = dict[str, float]()
        seen = []
        for mark in self.marks:
            if mark.x - last.get(mark.symbol, -1) >= COVERED:
                last[mark.symbol] = mark.x
                seen.append(mark)
        return seen

    @property
    def line(self) -> tuple[str, str] | None:
        """Where the line from the first to the last article begins and ends; None if it cannot be seen."""
        if not self.marks or self.marks[-1].x - self.marks[0].x < COVERED:
            return None
        return self.marks[0].at, self.marks[-1].at


def axis_of(now: datetime, zone: ZoneInfo) -> Axis:
    """Return the axis of the 24 hours up to the end of the hour of *now*, with the hours of *zone*."""
    local = now.astimezone(zone)
    end = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start = end - SPAN
    tick = start.replace(hour=start.hour - start.hour % 6) + (TICK if start.hour % 6 else timedelta())
    labels = []
    while tick <= end:
        labels.append((round(100 * ((tick - start) / SPAN), 1), f"{tick:%-H}"))
        tick += TICK
    return Axis(start, end, tuple(labels))


def make_strip(reports: Iterable[Report], axis: Axis) -> Strip:
    """Return the strip of *reports*. A stance that an earlier one has told of the same source is a repetition."""
    marks, earlier, known = [], 0, set[tuple[str, str | None]]()
    for report in sorted(reports, key=lambda each: each.fetched):
        kind = _kind(report, known)
        if report.fetched < axis.start:
            earlier += 1
        if not axis.start <= report.fetched <= axis.end:
            continue
        symbol, word = SYMBOLS[kind]
        moment = report.fetched.astimezone(axis.start.tzinfo)
        marks.append(StripMark(axis.percent(moment), symbol, f"{moment:%H:%M}", word))
    return Strip(tuple(marks), earlier)


def _kind(report: Report, known: set[tuple[str, str | None]]) -> str:
    """Return the kind of the mark of *report*, and add what it says to *known*.

    The first source that says something new counts: an article leads with its news, and tells of an earlier denial below.
    """
    new = [voice for voice in report.voices if (voice.stance, voice.who) not in known]
    known.update((voice.stance, voice.who) for voice in report.voices)
    if not report.voices:
        return "repeated" if known else "asserted"
    if not new:
        return "repeated"
    voice = new[0]
    return "unnamed" if voice.source == "anonymous" and voice.stance in {"reported", "said", "asserted"} else voice.stance
