"""The lateness of articles and the number of polls at fixed and adaptive intervals: ``python -m bench.schedule FOLDER``.

FOLDER has a .tar.gz for each feed, with the bodies of past polls, named by the time of the poll. The publication time of an
article is its own date if that is between the last poll without it and the first with it, else halfway between the two.
"""

import random
import re
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, quantiles

from monitor.config import FeedConfig, FetchConfig
from monitor.feeds.feed_state import initial_state
from monitor.feeds.parsing import dates
from monitor.feeds.parsing.items import Item, NotAFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.schedule import intervals, rhythm
from monitor.messages import Feed

FIXED_INTERVALS = (300.0, 900.0, 3600.0)
"""Fixed intervals, in seconds."""
FLOORS = (30.0, 60.0, 300.0, 900.0)
"""Shortest adaptive intervals, in seconds."""
FEED_CONFIG = FeedConfig("https://example.org/")
SEEDS = 20


@dataclass(frozen=True)
class History:
    """The past of a feed from *start* to *end*: the dates of its *initial* items, and when each later article was published."""

    name: str
    start: datetime
    end: datetime
    initial: Sequence[datetime | None]
    published: Sequence[datetime]


@dataclass(frozen=True)
class Result:
    """The number of polls of a schedule, and the delay in seconds after which it found each article."""

    polls: int
    delays: Sequence[float]


def read_history(path: Path) -> History:
    """Return the history in the archive *path*."""
    polls = sorted(_polls(path))
    dates_by_key: dict[str, datetime | None] = {_key(item): _date(item, polls[0][0]) for item in polls[0][1]}
    initial, published = list(dates_by_key.values()), []
    for (previous, _), (now, items) in pairwise(polls):
        for item in items:
            if _key(item) not in dates_by_key:
                date = _date(item, now)
                dates_by_key[_key(item)] = date
                published.append(date if date and previous < date <= now else previous + (now - previous) / 2)
    return History(path.name.partition(".")[0], polls[0][0], polls[-1][0], initial, sorted(published))


def _polls(path: Path) -> Iterator[tuple[datetime, Sequence[Item]]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            # File names have letters for the sign of the UTC offset: p0100 is +0100, m0500 is -0500.
            name = re.sub(r"[pm](\d{4})$", lambda zone: ("+" if zone[0][0] == "p" else "-") + zone[1], Path(member.name).stem)
            if file is None:
                continue
            try:
                yield datetime.strptime(name, "%Y-%m-%dT%H%M%S%z"), parse(FeedDocument(file.read())).items
            except NotAFeed as error:
                print(f"skipped {member.name}: {error}", file=sys.stderr)


def _key(item: Item) -> str:
    return item.guid or item.link


def _date(item: Item, now: datetime) -> datetime | None:
    return dates.validate(item.date, now)[0]


def simulate(history: History, fetch: FetchConfig, feed_config: FeedConfig, rng: Callable[[], float]) -> Result:
    """Return the result of polling the feed of *history* as the poller would. *rng* returns numbers from 0 to 1."""
    start_rhythm = rhythm.begin(history.initial, history.start)
    feed: Feed = replace(initial_state(history.name, feed_config.url, 0, history.start), state="ok", rhythm=start_rhythm)
    now, polls, delays, index = history.start, 0, list[float](), 0
    while now < history.end:
        interval = intervals.interval(feed, feed_config, fetch, now)
        now = intervals.next_due(feed, interval, fetch, now, rng())
        polls += 1
        new = 0
        while index < len(history.published) and history.published[index] <= now:
            delays.append((now - history.published[index]).total_seconds())
            index, new = index + 1, new + 1
        if new and feed.rhythm:
            feed = replace(feed, rhythm=rhythm.add_articles(feed.rhythm, new, now))
    return Result(polls, delays)


def row(name: str, histories: Sequence[History], fetch: FetchConfig, feed_config: FeedConfig = FEED_CONFIG) -> str:
    """Return a row of the table, over all feeds and seeds."""
    results = [
        simulate(history, fetch, feed_config, random.Random(seed).random) for history in histories for seed in range(SEEDS)
    ]
    delays = [seconds for result in results for seconds in result.delays]
    days = sum((history.end - history.start) / timedelta(days=1) for history in histories) * SEEDS
    polls = sum(result.polls for result in results) / days
    percentiles = quantiles(delays, n=20)
    # At a fixed interval the mean delay is half of the interval, so the cost is 1.
    cost = mean(delays) * polls * 2 / 86400
    return f"| {name} | {polls:.0f} | {mean(delays):.0f} | {percentiles[9]:.0f} | {percentiles[18]:.0f} | {cost:.2f} |"


def main(folder: Path) -> None:
    """Print the table."""
    histories = [read_history(path) for path in sorted(folder.glob("*.tar.gz"))]
    for history in histories:
        days = (history.end - history.start) / timedelta(days=1)
        print(f"{history.name}: {len(history.published)} articles in {days:.1f} days")
    print("\n| schedule | polls per feed and day | mean s late | median | p95 | lateness × polls |\n|---|---|---|---|---|---|")
    for seconds in FIXED_INTERVALS:
        print(row(f"every {seconds / 60:g} minutes", histories, FetchConfig(), replace(FEED_CONFIG, every=seconds)))
    for floor in FLOORS:
        print(row(f"adaptive, floor {floor:g} s", histories, FetchConfig(floor=floor, slowest=24 * 3600)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
