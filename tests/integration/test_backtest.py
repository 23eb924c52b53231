"""A backtest raises the alerts that the live run raised, on both buses."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from consumers.alerts import service as alerts
from consumers.alerts.tools.backtest.run import SimulationStep, backtest
from monitor.bus import Bus, Transient
from monitor.bus.backends import Address, connect, create_streams
from monitor.clock import utc
from monitor.config import AtLeast, Burst, Config, Watch
from monitor.messages import Alert, ArticleStories, Volume
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.make import START, article_stories, claim
from tests.running import running, until

CONFIG = Config(
    watches=(
        Watch("kim", any=("Kim",), severity="high"),
        Watch("trains", query="train NOT film"),
        Watch("silent", any=("volcano",)),
    ),
    hash="c0ffee",
)
RULES = replace(
    CONFIG,
    watches=(
        Watch("few", any=("Kim",), at_least=AtLeast(outlets=2, within="2d")),
        Watch("train", query="train", burst=Burst(within="6h", times=1.1, floor=1)),
        Watch("once", any=("Kim leaves (20)",), silence="6h"),
    ),
)


def news() -> list[ArticleStories]:
    """Return forty articles of eight stories, from five outlets, over two days; some are denials, some are backfill."""
    titles = ("Kim leaves", "A train leaves", "Kim boards a train", "A film about a train", "The weather")
    return [
        article_stories(
            f"{titles[number % 5]} ({number})",
            story=f"s{number % 8}",
            outlet=f"outlet {number % 7 % 5}",
            claims=(claim("denied", who="the Kremlin"),) if number % 9 == 0 else (),
            minutes=number * 70,
            backfill=number % 11 == 3,
        )
        for number in range(40)
    ]


async def run_live(bus: Bus) -> list[Alert]:
    """Run the alerts service over the news; return the alerts that it raises."""
    await bus.publish([encode(message) for message in news()])
    async with running(bus, alerts.make(lambda: CONFIG)):
        await until(partial(has_read_all, bus))
    return await read_all(bus, Alert)


async def has_read_all(bus: Bus) -> bool:
    """Return whether the alerts service has no messages left to read."""
    try:
        return await bus.lag("alerts", "article.stories.v1") == 0
    except Transient:  # A broker that has just started has no coordinator yet.
        return False


async def run_backtest(bus: Bus, *configs: Config) -> list[SimulationStep]:
    now = utc()
    return [step async for step in backtest(bus, configs, now - timedelta(hours=1), now)]


def alerts_in(steps: list[SimulationStep], config_number: int = 0) -> list[Alert]:
    return [alert for step in steps for alert in step.alerts[config_number]]


def without_stamps(raised: list[Alert]) -> list[Alert]:
    """Return *raised* without the times at which the bus received them."""
    return [replace(alert, stamps={}) for alert in raised]


def by_id(raised: list[Alert]) -> list[Alert]:
    return sorted(without_stamps(raised), key=lambda alert: (alert.id, alert.version))


async def check_that_a_backtest_equals_the_live_run(bus: Bus) -> None:
    live = await run_live(bus)
    assert len(live) > 15
    assert {alert.change for alert in live} == {"new", "outlet", "stance"}
    steps = await run_backtest(bus, CONFIG)
    assert without_stamps(alerts_in(steps)) == without_stamps(live)
    assert [step.message is None for step in steps] == [False] * 40 + [True]
    assert await read_all(bus, Alert) == live


async def test_ids_and_versions_equal_those_of_the_live_run(bus: Bus) -> None:
    await check_that_a_backtest_equals_the_live_run(bus)


@pytest.mark.kafka
async def test_ids_and_versions_equal_those_of_the_live_run_on_kafka(broker: str) -> None:
    address = Address(f"kafka://{broker}/backtest", session_seconds=2)
    await create_streams(address)
    async with connect(address) as bus:
        await check_that_a_backtest_equals_the_live_run(bus)


async def test_each_config_has_a_state_of_its_own(bus: Bus) -> None:
    live = await run_live(bus)
    other = replace(CONFIG, watches=(Watch("kim", any=("Kim",)), Watch("films", query="film")))
    steps = await run_backtest(bus, CONFIG, other)
    assert without_stamps(alerts_in(steps, 0)) == without_stamps(live)
    other_alerts = alerts_in(steps, 1)
    assert {alert.watch for alert in other_alerts} == {"kim", "films"}
    expected = [(alert.id, alert.version) for alert in live if alert.watch == "kim"]
    assert [(alert.id, alert.version) for alert in other_alerts if alert.watch == "kim"] == expected


async def test_articles_before_the_range_build_up_the_state_and_are_not_counted(bus: Bus) -> None:
    await run_live(bus)
    now = utc() + timedelta(hours=2)
    steps = [step async for step in backtest(bus, [CONFIG], now - timedelta(hours=1), now)]
    assert [step.in_range for step in steps] == [False] * 40 + [True]
    assert steps[-1].alerts == ([],)


async def check_that_rules_equal_the_live_run(bus: Bus) -> None:
    now = START

    told: set[datetime] = set()

    def clock() -> datetime:
        told.add(now)
        return now

    async def counting_has_started() -> bool:
        return bool(await read_all(bus, Volume))

    async def has_silences(count: int) -> bool:
        return [alert.change for alert in await read_all(bus, Alert)].count("silence") == count

    async with running(bus, alerts.make(lambda: RULES), clock=clock):
        await until(counting_has_started)
        for silences, part in enumerate((news()[:20], news()[20:]), start=1):
            for message in part:
                # The service trusts no time that is ahead of its own clock at its last tick.
                now = message.article.fetched
                await until(partial(told.__contains__, now))
                await bus.publish([encode(message)])
                await until(partial(has_read_all, bus))
            await until(partial(has_silences, silences))
    live = await read_all(bus, Alert)
    assert {alert.change for alert in live} == {"new", "outlet", "stance", "burst", "silence"}
    # Sorted: the alerts of a tick may come before or after those of the articles of the same minute.
    assert by_id(alerts_in(await run_backtest(bus, RULES))) == by_id(live)


async def test_the_rules_of_watches_equal_those_of_the_live_run(bus: Bus) -> None:
    await check_that_rules_equal_the_live_run(bus)


@pytest.mark.kafka
async def test_the_rules_of_watches_equal_those_of_the_live_run_on_kafka(broker: str) -> None:
    address = Address(f"kafka://{broker}/rules", session_seconds=2)
    await create_streams(address)
    async with connect(address) as bus:
        await check_that_rules_equal_the_live_run(bus)
