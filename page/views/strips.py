"""A strip: the articles of a story on a time axis that all rows of a page share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    """An article on the strip: its place in percent, its symbol, and the words for a reader who cannot see it."""

    x: float
    symbol: str
    label: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The marks of a story, and how many of its articles are *earlier* than the axis."""

    marks: tuple[StripMark, ...]
    earlier: int

    @property
    def label(self) -> str:
        """The strip in words."""
        before = f"{self.earlier} earlier; " if self.earlier else ""
        return before + "; ".join(mark.label for mark in self.marks)


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
        marks.append(StripMark(axis.percent(moment), symbol, f"{moment:%H:%M} {word}"))
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
