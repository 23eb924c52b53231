"""The client of newsmonitor reads alerts from every bus."""

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

import newsmonitor
from monitor.bus import Bus, ProducerRecord
from monitor.bus.backends import Address, connect, create_streams
from monitor.clock import utc
from monitor.messages.codec import encode
from tests.make import alert
from tests.running import until

PROGRAM = """
import asyncio, sys
import newsmonitor

async def main():
    async for alert in newsmonitor.subscribe(sys.argv[1], group=sys.argv[2] if sys.argv[2:] else None):
        print(alert.title)
        break

asyncio.run(main())
"""
"""Prints the title of an alert."""


@pytest.fixture(autouse=True)
async def deadline() -> AsyncIterator[None]:
    """Ends a test that waits for an alert which does not come, and undoes what the client sets for the logs of the bus."""
    async with asyncio.timeout(60):
        yield
    structlog.reset_defaults()


def numbered(*numbers: int, watch: str = "kim", severity: newsmonitor.Severity = "normal") -> list[ProducerRecord]:
    """Return a record for each of *numbers*: an alert with this title."""
    return [encode(alert(title=str(number), watch=watch, severity=severity)) for number in numbers]


async def read(subscription: newsmonitor.Subscription, count: int) -> list[str]:
    """Return the titles of the next *count* alerts."""
    return [(await anext(subscription)).title for _ in range(count)]


async def test_past_and_new_alerts_come_in_order(address: Address, bus: Bus) -> None:
    await bus.publish(numbered(1, 2))
    async with aclosing(newsmonitor.subscribe(address.url)) as alerts:
        assert await read(alerts, 2) == ["1", "2"]
        await bus.publish(numbered(3))
        assert await read(alerts, 1) == ["3"]
        await bus.publish(numbered(4, 5))
        assert await read(alerts, 2) == ["4", "5"]


async def test_only_the_alerts_that_are_asked_for_come(address: Address, bus: Bus) -> None:
    await bus.publish([*numbered(1), *numbered(2, watch="train"), *numbered(3, severity="high"), *numbered(4, watch="ferry")])
    async with aclosing(newsmonitor.subscribe(address.url, watch="train")) as alerts:
        assert await read(alerts, 1) == ["2"]
    async with aclosing(newsmonitor.subscribe(address.url, watch=["ferry", "train"])) as alerts:
        assert await read(alerts, 2) == ["2", "4"]
    async with aclosing(newsmonitor.subscribe(address.url, severity="high", since=timedelta(days=1))) as alerts:
        assert await read(alerts, 1) == ["3"]


async def test_alerts_before_the_start_do_not_come(address: Address, bus: Bus) -> None:
    await bus.publish(numbered(1))
    moment = utc()
    while utc() < moment + timedelta(milliseconds=2):
        await asyncio.sleep(0)
    moment = utc()
    await bus.publish(numbered(2))
    async with aclosing(newsmonitor.subscribe(address.url, since=moment)) as alerts:
        assert await read(alerts, 1) == ["2"]
    async with aclosing(newsmonitor.subscribe(address.url, since=moment, group="late")) as alerts:
        assert await read(alerts, 1) == ["2"]


async def test_a_position_continues_after_the_last_alert(address: Address, bus: Bus) -> None:
    await bus.publish(numbered(1, 2, 3))
    async with aclosing(newsmonitor.subscribe(address.url)) as alerts:
        await read(alerts, 2)
        position = alerts.position
        assert await read(alerts, 1) == ["3"]
        end = alerts.position
    async with aclosing(newsmonitor.subscribe(address.url, position=position)) as alerts:
        assert await read(alerts, 1) == ["3"]
    async with aclosing(newsmonitor.subscribe(address.url, position=end, since=timedelta(days=1))) as alerts:
        await bus.publish(numbered(4))
        assert await read(alerts, 1) == ["4"]


async def test_a_position_that_the_bus_does_not_have_is_refused(address: Address, bus: Bus) -> None:
    await bus.publish(numbered(1))
    with pytest.raises(newsmonitor.OffsetOutOfRange, match=r"cannot continue at alert\.v1/0/1000: the stream ends at"):
        await anext(newsmonitor.subscribe(address.url, position="0:1000"))


async def test_a_group_continues_where_the_loop_asked_for_the_next_alert(address: Address, bus: Bus) -> None:
    await bus.publish([*numbered(1, 2), *numbered(3, watch="train"), *numbered(4)])
    async with aclosing(newsmonitor.subscribe(address.url, watch="kim", group="desk")) as alerts:
        assert await read(alerts, 2) == ["1", "2"]
    async with aclosing(newsmonitor.subscribe(address.url, watch="kim", group="desk")) as alerts:
        # The loop had not asked for another one after the second.
        assert await read(alerts, 2) == ["2", "4"]
    async with aclosing(newsmonitor.subscribe(address.url, group="other")) as alerts:
        assert await read(alerts, 4) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("group", [None, "desk"])
async def test_a_program_may_end_without_closing_the_subscription(address: Address, bus: Bus, group: str | None) -> None:
    await bus.publish(numbered(1))
    arguments = (address.url, *filter(None, [group]))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, *arguments, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    assert (process.returncode, out) == (0, b"1\n")
    assert not re.search(rb"Traceback|[Ee]rror|Unclosed", err), err.decode()


async def test_a_subscription_goes_on_after_a_wait_that_was_cancelled(address: Address, bus: Bus) -> None:
    async with aclosing(newsmonitor.subscribe(address.url)) as alerts:
        await bus.publish(numbered(1))
        assert await read(alerts, 1) == ["1"]
        reading = asyncio.create_task(anext(alerts))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
        await bus.publish(numbered(2))
        assert await read(alerts, 1) == ["2"]


@pytest.mark.kafka
async def test_a_subscription_waits_for_the_bus(empty_kafka: Address, caplog: pytest.LogCaptureFixture) -> None:
    async with aclosing(newsmonitor.subscribe(empty_kafka.url)) as alerts:
        reading = asyncio.create_task(read(alerts, 1))
        await until(lambda: any("trying again" in each.getMessage() for each in caplog.records))
        await create_streams(empty_kafka)
        async with connect(empty_kafka) as bus:
            await bus.publish(numbered(1))
        assert await reading == ["1"]


async def test_what_a_newer_version_adds_is_passed_over(address: Address, bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    (record,) = numbered(1)
    newer = json.dumps({**json.loads(record.value), "shape": "round", "change": "rotation", "severity": "grave"}).encode()
    unknown = replace(record, value=newer, headers={**record.headers, "severity": "grave"})
    await bus.publish([unknown, replace(record, value=b"{}", headers={}), *numbered(2, severity="high")])
    async with aclosing(newsmonitor.subscribe(address.url, severity="high")) as alerts:
        assert await read(alerts, 2) == ["1", "2"]
    passed_over, _, left_out = (each.getMessage() for each in caplog.records if each.name == "newsmonitor")
    assert "'rotation' in alert.v1 at /change" in passed_over
    assert "alert.v1 left out: alert.v1 at /" in left_out
