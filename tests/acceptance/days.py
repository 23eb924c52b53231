"""Run all services over a day of news from a file, and compare the alerts with those that the file expects."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from monitor.clock import Clock, steady
from monitor.config.load import parse
from monitor.demo.day import Day, PublishedArticle, config_text
from monitor.demo.outlets import serve_outlets
from monitor.demo.play import ReplayClock, all_polled, is_finished
from monitor.grouping import StoryEntry, add_alert
from monitor.messages import Alert, ArticleStories, health_of
from monitor.runtime import registry
from monitor.runtime.runner import run_services
from tests.bus import read_all

SPEED = 4000.0
"""Seconds of the day that pass in a second."""
SLOWDOWN = 10
"""How much slower the day passes while the outlets wait. It does not stop: else no feed would be polled."""
POLL_INTERVAL = 0.2 * SPEED
"""Seconds of the day between two polls of a feed."""


@dataclass(frozen=True)
class Result:
    """The output of the services. *stories* has the number of articles by label, *alerts* all versions; both are by id.

    *versions* are those of all alerts, in their order.
    """

    stories: Mapping[str, Counter[str]]
    alerts: Mapping[str, list[Alert]]
    versions: Sequence[Alert] = ()

    def label(self, story: str) -> str:
        """Return the label that most articles of *story* have."""
        return self.stories[story].most_common(1)[0][0]


@dataclass
class OutletClock:
    """The time of the outlets: that of *clock*, but it stands still before an article of *waiting* until those before are read.

    Otherwise it depends on the load of the machine which of two outlets is polled first.
    """

    clock: Clock
    waiting: list[PublishedArticle]

    def __call__(self) -> datetime:
        """Return the time of the outlets."""
        now = self.clock()
        return now if self._end is None else min(now, self._end)

    @property
    def is_behind(self) -> bool:
        """Whether the outlets wait."""
        return self._end is not None and self._end < self.clock()

    @property
    def _end(self) -> datetime | None:
        return self.waiting[1].at - timedelta(seconds=1) if len(self.waiting) > 1 else None

    async def advance(self, bus: Bus) -> None:
        """Go on if the alerts service has read the first article of *waiting*."""
        if not self.waiting or self.clock() < self.waiting[0].at:
            return
        titles = {message.article.title for message in await read_all(bus, ArticleStories)}
        if self.waiting[0].title in titles and await bus.lag("alerts", ArticleStories.STREAM.name) == 0:
            del self.waiting[0]


async def play(day: Day, address: Address, folder: Path, in_order: str | None = None) -> Result:
    """Run all services over *day* on the bus *address*, and return their output. Leave their config in *folder*.

    The articles of the story *in_order* are read in the order in which they are published.
    """
    clock, stop = ReplayClock(steady(day.start)), asyncio.Event()
    outlet_clock = OutletClock(clock, [article for article in day.articles if article.story == in_order])
    async with serve_outlets(day, outlet_clock) as base, connect(address) as bus:
        text = config_text(day, base, POLL_INTERVAL, address.url)
        (folder / "monitor.toml").write_text(text, encoding="utf-8")
        config = parse(text, folder)
        assert registry.check(config) == []
        services = registry.make(registry.service_modules(), lambda: config)
        task = asyncio.create_task(run_services(services, bus, clock, stop))
        try:
            async with asyncio.timeout(480):
                await all_polled(day, bus, stop)
                clock.accelerate(SPEED)
                idle_checks = 0
                while idle_checks < 8:
                    await asyncio.sleep(0.25)
                    await outlet_clock.advance(bus)
                    clock.accelerate(SPEED / SLOWDOWN if outlet_clock.is_behind else SPEED)
                    finished = not outlet_clock.waiting and await is_finished(day, bus, clock(), POLL_INTERVAL)
                    idle_checks = idle_checks + 1 if finished else 0
        finally:
            stop.set()
            await task
        return await read_result(day, bus)


async def read_result(day: Day, bus: Bus) -> Result:
    """Return the stories and alerts on *bus*."""
    labels = {article.title: article.story for article in day.articles}
    stories: dict[str, Counter[str]] = {}
    for message in await read_all(bus, ArticleStories):
        # On a slow machine so much of the day passes between two polls that a feed seems silent, which is told as an article.
        if not health_of(message.article):
            stories.setdefault(message.story.id, Counter())[labels[message.article.title]] += 1
    alerts: dict[str, list[Alert]] = {}
    versions = await read_all(bus, Alert)
    for alert in versions:
        alerts.setdefault(alert.id, []).append(alert)
    return Result(stories, alerts, versions)


def told(result: Result, story: str) -> list[tuple[str | None, str]]:
    """Return each state that the entry of *story* (a label) takes on, with the headline of the article that brings it."""
    entry: StoryEntry | None = None
    states: list[tuple[str | None, str]] = []
    for alert in result.versions:
        if result.label(alert.story) == story:
            entry = add_alert(entry, alert)
            if not states or states[-1][0] != entry.state:
                states.append((entry.state, entry.newest.articles[-1].title))
    return states


def differences(day: Day, result: Result) -> list[str]:
    """Return a line for each difference from the alerts that *day* expects: missing, unexpected, repeated or changed alerts."""
    raised: dict[tuple[str, str], list[list[Alert]]] = {}
    for versions in result.alerts.values():
        raised.setdefault((versions[0].watch, result.label(versions[0].story)), []).append(versions)
    expected = {(alert["watch"], alert["story"]): alert for alert in day.expected}
    lines = [f"missing: {key}" for key in expected.keys() - raised.keys()]
    lines += [f"unexpected: {key}: {raised[key][0][0].title}" for key in raised.keys() - expected.keys()]
    for key in expected.keys() & raised.keys():
        if len(raised[key]) != 1:
            lines.append(f"raised {len(raised[key])} times: {key}")
        lines += [f"{key}: {text}" for text in _version_differences(expected[key], raised[key][0])]
    return sorted(lines)


def _version_differences(expected: Mapping[str, Any], versions: list[Alert]) -> list[str]:
    last = versions[-1]
    lines = []
    if [alert.version for alert in versions] != list(range(1, len(versions) + 1)):
        lines.append(f"versions {[alert.version for alert in versions]}")
    if last.outlet_count != expected["outlets"]:
        lines.append(f"{last.outlet_count} outlets instead of {expected['outlets']}: {last.outlets}")
    if missing := set(expected.get("stances", ())) - set(last.stances):
        lines.append(f"no stance {missing}; there are {dict(last.stances)}")
    if expected.get("correction") and not any(alert.change == "correction" for alert in versions):
        lines.append("no correction")
    if any(alert.updated - alert.raised > timedelta(days=1) for alert in versions):
        lines.append("an update more than a day after the alert")
    return lines
