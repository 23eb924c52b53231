"""How late articles are seen against how many polls, at fixed intervals and at our own: ``python -m bench.schedule FOLDER``.

FOLDER holds one .tar.gz for each feed, with its bodies as they were polled once, named by the time of the poll. An article
counts as published at its own date where that lies between the last poll without it and the first with it, else halfway.
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
from monitor.feeds.feed_state import blank
from monitor.feeds.parsing import dates
from monitor.feeds.parsing.items import Item, NotAFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.schedule import intervals, rhythm
from monitor.messages import Feed

FIXED = (300.0, 900.0, 3600.0)
FLOORS = (30.0, 60.0, 300.0, 900.0)
LINE = FeedConfig("https://example.org/")
SEEDS = 20


@dataclass(frozen=True)
class History:
    """A feed's past: what stood in it at the *start*, and when each later article came, up to the *end*."""

    name: str
    start: datetime
    end: datetime
    first: Sequence[datetime | None]
    came: Sequence[datetime]


@dataclass(frozen=True)
class Result:
    """What a schedule did: polls, and how many seconds late it saw each article."""

    polls: int
    late: Sequence[float]


def history(path: Path) -> History:
    """The history in the archive at *path*."""
    polls = sorted(_polls(path))
    seen: dict[str, datetime | None] = {_key(item): _date(item, polls[0][0]) for item in polls[0][1]}
    first, came = list(seen.values()), []
    for (before, _), (now, items) in pairwise(polls):
        for item in items:
            if _key(item) not in seen:
                date = _date(item, now)
                seen[_key(item)] = date
                came.append(date if date and before < date <= now else before + (now - before) / 2)
    return History(path.name.partition(".")[0], polls[0][0], polls[-1][0], first, sorted(came))


def _polls(path: Path) -> Iterator[tuple[datetime, Sequence[Item]]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            name = re.sub(r"[pm](\d{4})$", lambda zone: ("+" if zone[0][0] == "p" else "-") + zone[1], Path(member.name).stem)
            if file is None:
                continue
            try:
                yield datetime.strptime(name, "%Y-%m-%dT%H%M%S%z"), parse(FeedDocument(file.read())).items
            except NotAFeed as error:
                print(f"{member.name} passed over: {error}", file=sys.stderr)


def _key(item: Item) -> str:
    return item.guid or item.link


def _date(item: Item, now: datetime) -> datetime | None:
    return dates.validate(item.date, now)[0]


def simulate(past: History, line: FeedConfig, limits: FetchConfig, chance: Callable[[], float]) -> Result:
    """Poll *past* as the service would."""
    feed: Feed = replace(blank(past.name, line.url, 0, past.start), state="ok", rhythm=rhythm.begin(past.first, past.start))
    now, polls, late, index = past.start, 0, list[float](), 0
    while now < past.end:
        now = intervals.next_due(feed, intervals.interval(feed, line, limits, now), limits, now, chance())
        polls += 1
        fresh = 0
        while index < len(past.came) and past.came[index] <= now:
            late.append((now - past.came[index]).total_seconds())
            index, fresh = index + 1, fresh + 1
        if fresh and feed.rhythm:
            feed = replace(feed, rhythm=rhythm.add_articles(feed.rhythm, fresh, now))
    return Result(polls, late)


def row(name: str, pasts: Sequence[History], line: FeedConfig, limits: FetchConfig) -> str:
    """One line of the table: over all feeds and seeds."""
    results = [simulate(past, line, limits, random.Random(seed).random) for past in pasts for seed in range(SEEDS)]
    late = [seconds for result in results for seconds in result.late]
    days = sum((past.end - past.start) / timedelta(days=1) for past in pasts) * SEEDS
    polls = sum(result.polls for result in results) / days
    cuts = quantiles(late, n=20)
    # At a fixed interval an article waits half of it on average, so that this is 1 there.
    return (
        f"| {name} | {polls:.0f} | {mean(late):.0f} | {cuts[9]:.0f} | {cuts[18]:.0f} | {mean(late) * polls * 2 / 86400:.2f} |"
    )


def main(folder: Path) -> None:
    """Print the table."""
    pasts = [history(path) for path in sorted(folder.glob("*.tar.gz"))]
    for past in pasts:
        print(f"{past.name}: {len(past.came)} articles in {(past.end - past.start) / timedelta(days=1):.1f} days")
    print("\n| schedule | polls per feed and day | mean s late | median | p95 | lateness × polls |\n|---|---|---|---|---|---|")
    for every in FIXED:
        print(row(f"every {every / 60:g} minutes", pasts, replace(LINE, every=every), FetchConfig()))
    for floor in FLOORS:
        print(row(f"adaptive, floor {floor:g} s", pasts, LINE, FetchConfig(floor=floor, slowest=24 * 3600)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
