"""The page of feeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config import FeedConfig
from monitor.escape import printable
from monitor.feeds.configured import id_of, shown_url
from monitor.feeds.websub.description import describe
from monitor.messages import Feed, Rhythm, Websub
from page.views.bars import Bars


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed of the config with its state. *next_poll* is an estimate, *push* tells what its hub does.

    *hours* has what share of its articles comes in each hour of the day, UTC, in per cent; None if that is not known.
    """

    id: str
    title: str
    url: str
    folder: str
    state: str
    hours: Bars | None
    last_new: datetime | None
    last_ok: datetime | None
    next_poll: datetime | None
    failures: int
    reason: str | None
    error: str
    moved: str
    truncated: int
    push: str

    @property
    def is_well(self) -> bool:
        """Whether the feed needs nothing."""
        return self.state in {"ok", "new"}


def list_feeds(
    configs: Sequence[FeedConfig], states: Mapping[str, Feed], subscriptions: Mapping[str, Websub], now: datetime
) -> list[FeedRow]:
    """Return a row for each feed of the config, those with trouble first, and then in the order of the config."""
    rows = [
        _row(config, states.get(feed_id), subscriptions.get(feed_id), now) for config in configs if (feed_id := id_of(config))
    ]
    return sorted(rows, key=lambda row: row.is_well)


def text_of_feed(row: FeedRow) -> str:
    """Return the text by which the feed is found."""
    return f"{row.title} {row.url} {row.folder} {row.state} {row.id}"


def _row(config: FeedConfig, feed: Feed | None, subscription: Websub | None, now: datetime) -> FeedRow:
    title = config.name or config.title or (feed.title if feed else "") or id_of(config)
    return FeedRow(
        id=id_of(config),
        title=printable(title),
        url=printable(shown_url(config)),
        folder=" / ".join(map(printable, config.folder)),
        state=feed.state if feed else "new",
        hours=_shares(feed.rhythm) if feed and feed.rhythm else None,
        last_new=feed.last_new if feed else None,
        last_ok=feed.last_ok if feed else None,
        next_poll=feed.at + timedelta(seconds=feed.interval) if feed and feed.interval else None,
        failures=feed.failures if feed else 0,
        reason=feed.reason if feed else None,
        error=printable(feed.error or "") if feed else "",
        moved=printable(feed.moved.url) if feed and feed.moved else "",
        truncated=feed.truncated if feed else 0,
        push=printable(describe(subscription, now)) if subscription else "",
    )


def _shares(rhythm: Rhythm) -> Bars | None:
    total = sum(rhythm.hours)
    return Bars(tuple(100 * each / total for each in rhythm.hours)) if total else None
