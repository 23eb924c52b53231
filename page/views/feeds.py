"""The page of feeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config import FeedConfig
from monitor.escape import printable
from monitor.feeds.configured import id_of, shown_url
from monitor.messages import Feed

BAR_HEIGHT = 14


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed of the config with its state. *hours* are the heights of 24 bars, up to BAR_HEIGHT; *next_poll* is an estimate."""

    id: str
    title: str
    url: str
    folder: str
    state: str
    hours: tuple[int, ...]
    last_new: datetime | None
    last_ok: datetime | None
    next_poll: datetime | None
    failures: int
    reason: str | None
    error: str
    moved: str
    truncated: int

    @property
    def is_well(self) -> bool:
        """Whether the feed needs nothing."""
        return self.state in {"ok", "new"}


def list_feeds(configs: Sequence[FeedConfig], states: Mapping[str, Feed]) -> list[FeedRow]:
    """Return a row for each feed of the config, those with trouble first, and then in the order of the config."""
    rows = [_row(config, states.get(id_of(config))) for config in configs]
    return sorted(rows, key=lambda row: row.is_well)


def text_of_feed(row: FeedRow) -> str:
    """Return the text by which the feed is found."""
    return f"{row.title} {row.url} {row.folder} {row.state} {row.id}"


def _row(config: FeedConfig, feed: Feed | None) -> FeedRow:
    title = config.name or config.title or (feed.title if feed else "") or id_of(config)
    return FeedRow(
        id=id_of(config),
        title=printable(title),
        url=printable(shown_url(config)),
        folder=" / ".join(map(printable, config.folder)),
        state=feed.state if feed else "new",
        hours=_bars(feed.rhythm.hours) if feed and feed.rhythm else (),
        last_new=feed.last_new if feed else None,
        last_ok=feed.last_ok if feed else None,
        next_poll=feed.at + timedelta(seconds=feed.interval) if feed and feed.interval else None,
        failures=feed.failures if feed else 0,
        reason=feed.reason if feed else None,
        error=printable(feed.error or "") if feed else "",
        moved=printable(feed.moved.url) if feed and feed.moved else "",
        truncated=feed.truncated if feed else 0,
    )


def _bars(hours: Sequence[float]) -> tuple[int, ...]:
    """Return the heights of bars for *hours*, articles an hour. An hour with any article has a bar."""
    highest = max(hours, default=0.0)
    return tuple(max(1, round(BAR_HEIGHT * each / highest)) if each > 0 else 0 for each in hours)
