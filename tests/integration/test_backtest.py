"""A backtest raises what the live run raised, on both buses."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from consumers.alerts import service as alerts
from consumers.alerts.tools.backtest.run import Heard, backtest
from monitor.bus import Bus, Transient
from monitor.bus.backends import Address, connect, create_streams
from monitor.clock import utc
from monitor.config import AtLeast, Burst, Config, Watch
from monitor.messages import Alert, ArticleStories, Volume
from monitor.messages.codec import encode
from tests.integration.running import everything, running, until
from tests.make import START, claim, told

CONFIG = Config(
    watches=(
        Watch("kim", any=("Kim",), severity="high"),
        Watch("trains", query="train NOT film"),
        Watch("silent", any=("volcano",)),
    ),
    hash="c0ffee",
)


def news() -> list[ArticleStories]:
    """Forty articles of eight stories, from five outlets, over two days; among them denials and what was there before."""
    titles = ("Kim leaves", "A train leaves", "Kim boards a train", "A film about a train", "The weather")
    return [
        told(
            f"{titles[number % 5]} ({number})",
            story=f"s{number % 8}",
            outlet=f"outlet {number % 7 % 5}",
            claims=(claim("denied", who="the Kremlin"),) if number % 9 == 0 else (),
            minutes=number * 70,
            backfill=number % 11 == 3,
        )
        for number in range(40)
    ]


async def live(bus: Bus, config: Config = CONFIG) -> list[Alert]:
    """What the alerts service raises of the news on *bus*."""
    await bus.publish([encode(message) for message in news()])
    async with running(bus, alerts.make(lambda: config)):
        await until(lambda: heard_all(bus))
    return await everything(bus, Alert)


async def heard_all(bus: Bus) -> bool:
    """Whether the alerts service has nothing before it."""
    try:
        return await bus.lag("alerts", "article.stories.v1") == 0
    except Transient:  # A broker that has just started has no coordinator yet.
        return False


async def backtested(bus: Bus, *configs: Config) -> list[Heard]:
    now = utc()
    return [heard async for heard in backtest(bus, configs, now - timedelta(hours=1), now)]


def bare(found: list[Alert]) -> list[Alert]:
    """*found* without the time at which the bus took them."""
    return [replace(alert, stamps={}) for alert in found]


async def same_as_live(bus: Bus) -> None:
    was = await live(bus)
    assert len(was) > 15
    assert {alert.change for alert in was} == {"new", "outlet", "stance"}
    heard = await backtested(bus, CONFIG)
    assert bare([alert for each in heard for alert in each.raised[0]]) == bare(was)
    assert [each.message is None for each in heard] == [False] * 40 + [True]
    assert await everything(bus, Alert) == was


async def test_ids_and_versions_equal_those_of_the_live_run(bus: Bus) -> None:
    await same_as_live(bus)


@pytest.mark.kafka
async def test_the_same_on_kafka(broker: str) -> None:
    at = Address(f"kafka://{broker}/backtest", session_seconds=2)
    await create_streams(at)
    async with connect(at) as bus:
        await same_as_live(bus)


async def test_several_versions_hear_the_same_articles_each_with_a_state_of_its_own(bus: Bus) -> None:
    was = await live(bus)
    other = replace(CONFIG, watches=(Watch("kim", any=("Kim",)), Watch("films", query="film")))
    heard = await backtested(bus, CONFIG, other)
    one, two = ([alert for each in heard for alert in each.raised[side]] for side in (0, 1))
    assert bare(one) == bare(was)
    assert {alert.watch for alert in two} == {"kim", "films"}
    ids = [(alert.id, alert.version) for alert in was if alert.watch == "kim"]
    assert [(alert.id, alert.version) for alert in two if alert.watch == "kim"] == ids


async def test_what_came_before_warms_the_state_up_and_does_not_count(bus: Bus) -> None:
    await live(bus)
    now = utc() + timedelta(hours=2)
    heard = [each async for each in backtest(bus, [CONFIG], now - timedelta(hours=1), now)]
    assert [each.counts for each in heard] == [False] * 40 + [True]
    assert heard[-1].raised == ([],)


RULES = replace(
    CONFIG,
    watches=(
        Watch("few", any=("Kim",), at_least=AtLeast(outlets=2, within="2d")),
        Watch("train", query="train", burst=Burst(within="6h", times=1.1, floor=1)),
        Watch("once", any=("Kim leaves (20)",), silence="6h"),
    ),
)


async def the_rules_as_live(bus: Bus) -> None:
    now = START

    async def ticked() -> bool:
        return bool(await everything(bus, Volume))

    async def silences(count: int) -> bool:
        return [alert.change for alert in await everything(bus, Alert)].count("silence") == count

    async with running(bus, alerts.make(lambda: RULES), clock=lambda: now):
        await until(ticked)
        for told_so_far, part in enumerate((news()[:20], news()[20:]), start=1):
            await bus.publish([encode(message) for message in part])
            await until(lambda: heard_all(bus))
            now = part[-1].article.fetched
            await until(partial(silences, told_so_far))
    was = await everything(bus, Alert)
    assert {alert.change for alert in was} == {"new", "outlet", "stance", "burst", "silence"}
    heard = await backtested(bus, RULES)
    # What a tick brings stands before or behind what the articles of that minute do.
    assert by_id([alert for each in heard for alert in each.raised[0]]) == by_id(was)


def by_id(found: list[Alert]) -> list[Alert]:
    return sorted(bare(found), key=lambda alert: (alert.id, alert.version))


async def test_the_rules_of_watches_come_along(bus: Bus) -> None:
    await the_rules_as_live(bus)


@pytest.mark.kafka
async def test_the_rules_come_along_on_kafka(broker: str) -> None:
    at = Address(f"kafka://{broker}/rules", session_seconds=2)
    await create_streams(at)
    async with connect(at) as bus:
        await the_rules_as_live(bus)
