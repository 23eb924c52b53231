"""A config, and a log of articles, stories and alerts, for the benchmark of the page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.bus import Bus, ProducerRecord
from monitor.clock import utc
from monitor.demo.day import read_bundled_day
from monitor.messages import AlertEntity, AlertTopic, Entity, Origin, Reason, Report, Span, Story, Voice
from monitor.messages.codec import encode
from tests.make import alert, article_stories

OF_STORY = 10
"""How many articles a story has. Its last five are those of its alert."""
DAYS = 20
"""The days over which the articles are spread."""


def records(alerts: int, articles: int, now: datetime) -> Iterator[ProducerRecord]:
    """Yield so many *articles* in stories, the stories, and an alert for some of them, up to *now*."""
    texts = [each.text for each in read_bundled_day("train").articles]
    stories = articles // OF_STORY
    for number in range(stories):
        last = now - timedelta(days=DAYS) * (1 - (number + 1) / stories)
        story, reports = f"s{number}", []
        for part in range(OF_STORY):
            at, outlet = last - timedelta(minutes=7 * (OF_STORY - part - 1)), f"outlet{part}.example.org"
            names = (f"e{number % 500}", f"e{(number + part) % 3000}", f"e{number % 7}")
            entities = tuple(
                Entity(f"person:{name}", "person", name.title(), 1, (Span("title", 0, 6),)) for name in dict.fromkeys(names)
            )
            title = f"Summit {number}: the train crosses the bridge, part {part}"
            fields: dict[str, Any] = {
                "id": f"a{number}-{part}",
                "fetched": at,
                "outlet": outlet,
                "url": f"https://{outlet}/{number}/{part}",
            }
            made = article_stories(title, texts[(number + part) % len(texts)], story=story, entities=entities, **fields)
            yield encode(made)
            reports.append(
                Report(made.article.id, 1, outlet, title, made.article.url, at, (Voice("said", "named", "Ana Ruiz"),))
            )
        yield encode(
            Story(story, f"Summit {number}", last, last, OF_STORY, (f"a{number}-0",), 1, ("o",), {}, {"b": 1.0}, (), None)
        )
        if number < alerts:
            yield from _versions(number, story, last, tuple(reports[-5:]))


def _versions(number: int, story: str, last: datetime, reports: tuple[Report, ...]) -> Iterator[ProducerRecord]:
    watch = f"w{number % 20}"
    outlets = tuple(each.outlet for each in reports)
    origins = tuple(Origin(who, "named", "said", last, last, outlets) for who in ("Ana Ruiz", "Dmitry Peskov"))
    made = alert(
        id=f"{watch}:{story}", watch=watch, story=story, title=reports[0].title, raised=last - timedelta(hours=1), updated=last,
        severity=("low", "normal", "high", "critical")[number % 4], article_count=5, articles=reports, outlet_count=5,
        reasons=tuple(Reason("any", word, word, None) for word in ("train", "bridge")), standing="reported", origins=origins,
        outlets=outlets, certainty="5 outlets", to=(),
        entities=tuple(AlertEntity(f"person:e{number % each}", "person", f"E{number % each}") for each in (7, 500)),
        topics=(AlertTopic("11000000", "politics"), AlertTopic(f"2000{number % 30:04}", f"Topic {number % 30}")),
    )  # fmt: skip
    yield encode(made)
    yield encode(replace(made, version=2, change="outlet"))
    yield encode(replace(made, version=3, change="stance"))


async def fill(bus: Bus, alerts: int, articles: int) -> None:
    """Write the records in batches."""
    batch: list[ProducerRecord] = []
    for record in records(alerts, articles, utc()):
        batch.append(record)
        if len(batch) == 500:
            await bus.publish(batch)
            batch = []
    await bus.publish(batch)


def write_config(folder: Path) -> None:
    """Write a config with the watches of the alerts to *folder*."""
    watches = "".join(f'[[watches]]\nid = "w{number}"\nany = ["train {number}"]\n' for number in range(20))
    text = f'bus = "sqlite:news.db"\n[page]\nlisten = "127.0.0.1:0"\n{watches}'
    (folder / "monitor.toml").write_text(text, encoding="utf-8")
