"""A recorded day through all services, and what came of it beside what was expected."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from monitor.clock import steady
from monitor.config.load import parse
from monitor.demo.day import Day, config_text
from monitor.demo.outlets import serve_outlets
from monitor.demo.play import is_finished
from monitor.messages import Alert, ArticleStories
from monitor.messages.codec import decode
from monitor.runtime import registry
from monitor.runtime.runner import run_services

SPEED = 4000.0
EVERY = 0.2 * SPEED
"""Seconds of the day between two polls."""


@dataclass(frozen=True)
class Result:
    """The stories, each with the labels of its articles, and all versions of all alerts, by the alert's id."""

    stories: dict[str, Counter[str]]
    alerts: dict[str, list[Alert]]

    def label(self, story: str) -> str:
        """The label that most articles of *story* have."""
        return self.stories[story].most_common(1)[0][0]


async def live_through(day: Day, at: Address, folder: Path) -> Result:
    """Run the services over *day*, unchanged, on the bus *at*."""
    clock, stop = steady(day.start, SPEED), asyncio.Event()
    async with serve_outlets(day, clock) as base, connect(at) as bus:
        settings = parse(config_text(day, base, EVERY, at.url), folder)
        assert registry.check(settings) == []
        running = asyncio.create_task(
            run_services(registry.make(registry.service_modules(), lambda: settings), bus, clock, stop)
        )
        try:
            async with asyncio.timeout(240):
                quiet = 0
                while quiet < 8:
                    await asyncio.sleep(0.25)
                    quiet = quiet + 1 if await is_finished(day, bus, clock(), EVERY) else 0
        finally:
            stop.set()
            await running
        return await gather(day, bus)


async def gather(day: Day, bus: Bus) -> Result:
    """What the bus holds."""
    labels = {article.title: article.story for article in day.articles}
    stories: dict[str, Counter[str]] = {}
    async for record in bus.replay(ArticleStories.STREAM.name, None):
        message = decode(ArticleStories, record)
        stories.setdefault(message.story.id, Counter())[labels[message.article.title]] += 1
    alerts: dict[str, list[Alert]] = {}
    async for record in bus.replay(Alert.STREAM.name, None):
        alert = decode(Alert, record)
        alerts.setdefault(alert.id, []).append(alert)
    return Result(stories, alerts)


def differences(day: Day, result: Result) -> list[str]:
    """How *result* differs from what the day expects: alerts that are missing, too many, or say something else."""
    got: dict[tuple[str, str], list[list[Alert]]] = {}
    for versions in result.alerts.values():
        got.setdefault((versions[0].watch, result.label(versions[0].story)), []).append(versions)
    expected = {(one["watch"], one["story"]): one for one in day.expected}
    found = [f"missing: {key}" for key in expected.keys() - got.keys()]
    found += [f"too much: {key}: {got[key][0][0].title}" for key in got.keys() - expected.keys()]
    found += [f"raised {len(got[key])} times: {key}" for key in expected.keys() & got.keys() if len(got[key]) != 1]
    for key in expected.keys() & got.keys():
        found += [f"{key}: {text}" for text in _says_otherwise(expected[key], got[key][0])]
    return sorted(found)


def _says_otherwise(expected: dict[str, Any] | Any, versions: list[Alert]) -> list[str]:
    last = versions[-1]
    found = []
    if [alert.version for alert in versions] != list(range(1, len(versions) + 1)):
        found.append(f"versions {[alert.version for alert in versions]}")
    if last.outlet_count != expected["outlets"]:
        found.append(f"{last.outlet_count} outlets instead of {expected['outlets']}: {last.outlets}")
    if missing := set(expected.get("stances", ())) - set(last.stances):
        found.append(f"no stance {missing}; there are {dict(last.stances)}")
    if expected.get("correction") and not any(alert.change == "correction" for alert in versions):
        found.append("no correction")
    if any(alert.updated - alert.raised > timedelta(days=1) for alert in versions):
        found.append("an update more than a day after")
    return found
