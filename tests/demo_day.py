"""The records of the demo's day, without feeds or waits: each service's step in turn, at the times of the articles."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from consumers.alerts import service as alerts
from consumers.entities import service as entities
from consumers.stories import service as stories
from consumers.topics import service as topics
from monitor.config import Config
from monitor.config.load import parse
from monitor.demo.day import Day, Outlet, PublishedArticle, config_text, read_bundled_day
from monitor.feeds.articles.edits import estimate_edit, make_sketch
from monitor.messages import Article, ArticleRaw, ArticleStories, Feed, Message, Rhythm
from monitor.runtime.simulation import simulate
from tests.make import article

EVERY = 900.0
"""Seconds between two polls of a feed, as its state tells them."""
TAKES = timedelta(milliseconds=20)
"""How long each stage takes, as the stamps tell it."""


def day_config(folder: Path) -> tuple[str, Config]:
    """Return the config of the day as text and as the services use it."""
    text = config_text(read_bundled_day("train"), "https://outlets.example", EVERY, "sqlite:news.db")
    return text, parse(text, folder)


async def make_records(folder: Path) -> list[Message]:
    """Return what the poller and the services up to alerts publish on the day, in order."""
    day, (_, config) = read_bundled_day("train"), day_config(folder)
    return [record async for record in _run(day, config)]


def records_until(records: Iterable[Message], end: datetime) -> list[Message]:
    """Return *records* without those of articles that came after *end*, and the states of the feeds at that time."""
    feeds = [_feed(outlet, moments) for outlet, moments in _moments(read_bundled_day("train"), end)]
    return [*(each for each in records if each.event_time is not None and each.event_time <= end), *feeds]


async def _run(day: Day, config: Config) -> AsyncIterator[Message]:
    now = day.start
    finding, classifying = entities.make(lambda: config), topics.make(lambda: config)
    joining, raising = stories.make(lambda: config), alerts.make(lambda: config)
    joining.use_clock(lambda: now)
    raising.use_clock(lambda: now)
    async with AsyncExitStack() as stack:
        for service in (finding, classifying, joining, raising):
            await stack.enter_async_context(service.lifespan())
        story_state, alert_state = simulate(joining), simulate(raising)
        for raw in _articles(day):
            now = raw.article.fetched
            yield raw
            found: Any = await finding.step(None, raw)  # type: ignore[misc]
            (named,) = found
            (classified,) = classifying.step(None, _stamped(named, now, 1))  # type: ignore[misc]
            for message in story_state.process(_stamped(classified, now, 2), now):
                told = _stamped(message, now, 3)
                yield told
                if isinstance(told, ArticleStories):
                    for alert in alert_state.process(told, now):
                        yield _stamped(alert, now, 4)


def _stamped(message: Any, now: datetime, stage: int) -> Any:
    return message.stamped(now + stage * TAKES)


def _articles(day: Day) -> Sequence[ArticleRaw]:
    former: dict[str, Article] = {}
    raws = []
    for published in day.articles:
        current = _article(day, published, former.get(published.guid))
        former[published.guid] = current
        raws.append(ArticleRaw(current, {"received": published.at}).stamped(published.at))
    return raws


def _article(day: Day, published: PublishedArticle, former: Article | None) -> Article:
    outlet = next(each for each in day.outlets if each.id == published.outlet)
    current = article(
        published.title,
        published.text,
        id=sha256(published.guid.encode()).hexdigest()[:16],
        feed=f"outlets.example/{outlet.id}",
        source=outlet.name,
        outlet=outlet.name,
        url=f"https://outlets.example/{outlet.id}/{published.guid}",
        lang=outlet.lang,
        published=published.at,
        fetched=published.at,
    )
    if former is None:
        return current
    parts: tuple[Literal["title", "text"], ...] = ("title", "text")
    changed = tuple(name for name in parts if getattr(former, name) != getattr(current, name))
    edit = estimate_edit(make_sketch(former.title, former.text), make_sketch(current.title, current.text))
    return replace(current, version=former.version + 1, published=former.published, changed=changed, edit=edit)


def _moments(day: Day, end: datetime) -> Iterator[tuple[Outlet, list[datetime]]]:
    for outlet in day.outlets:
        moments = [each.at for each in day.articles if each.outlet == outlet.id and each.at <= end]
        yield outlet, moments or [day.start]


def _feed(outlet: Outlet, moments: list[datetime]) -> Feed:
    """Return the state of the feed of *outlet* whose articles came at *moments*."""
    hours = Counter(moment.hour for moment in moments)
    rhythm = Rhythm(tuple(float(hours[hour]) for hour in range(24)), 86400.0, max(moments), min(moments), 3 * EVERY)
    return Feed(
        id=f"outlets.example/{outlet.id}",
        url=f"https://outlets.example/{outlet.id}",
        title=outlet.name,
        state="ok",
        error=None,
        failures=0,
        etag=None,
        modified=None,
        body=None,
        seen=(),
        interval=EVERY,
        last_ok=max(moments),
        last_new=max(moments),
        at=max(moments),
        rhythm=rhythm,
    )
