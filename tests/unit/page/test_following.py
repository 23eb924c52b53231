"""How the page and its index follow a log that is trimmed, exchanged, or does not answer for a while."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.bus import Bus, Record, ReportStall, Transient, raise_stall
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.tables import Retention
from monitor.clock import utc
from monitor.messages import Alert, Mark, Message
from monitor.messages.codec import encode
from monitor.runtime import presence
from monitor.runtime.time_slice import SLICE_SECONDS
from page.index import Index, IndexFollower
from page.records import Follower, Records, Stale
from page.records.records import KINDS
from tests.make import START, alert, article_stories
from tests.page import follower_by
from tests.running import until

RETENTION = Retention(days=30, max_bytes=2**40)
ACKNOWLEDGED = Mark("kim:s1", "acknowledged", 1, None, None, "ana", None, START)


@dataclass
class OtherLog:
    """A bus whose log can be exchanged; None stands for one that does not answer. Its replays stall for the reason *stall*."""

    log: Bus | None
    stall: str | None = None

    async def replay(self, *args: Any, report_stall: ReportStall = raise_stall, **options: Any) -> AsyncGenerator[Record, None]:
        """See monitor.bus.Bus."""
        if self.log is None:
            raise Transient("the bus does not answer")
        while self.stall:
            report_stall(self.stall)
            await asyncio.sleep(0.01)
        report_stall(None)
        async for record in self.log.replay(*args, **options):
            yield record

    def writes(self) -> int:
        """See monitor.bus.Bus."""
        return 0

    async def wait(self, writes: int, seconds: float) -> None:  # noqa: ARG002  (it cannot tell)
        """See monitor.bus.Bus."""
        await asyncio.sleep(seconds)


@asynccontextmanager
async def log_of(path: Path, *messages: Message) -> AsyncIterator[SqliteBus]:
    """Open a log with *messages*."""
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish([encode(each) for each in messages])
        yield bus


@asynccontextmanager
async def following(*work: Any) -> AsyncIterator[None]:
    """Do *work* in tasks until the context ends."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def titles(index: Index) -> list[str]:
    """The articles of the index, by what is in their JSON."""
    return sorted(value.decode().partition('"title":"')[2].partition('"')[0] for value in index.of_story("article", "s1", 99))


@pytest.mark.parametrize("is_restored", [True, False])
async def test_an_earlier_version_that_ended_a_mark_is_known_after_a_restart(tmp_path: Path, is_restored: bool) -> None:  # noqa: FBT001  (pytest passes parameters as arguments)
    messages = (alert(1), ACKNOWLEDGED, alert(2, change="stance"), alert(3, change="outlet"))
    follower = Follower()
    async with log_of(tmp_path / "a.db", *(messages if is_restored else ())) as bus, following(follower.follow(bus)):
        await until(follower.complete.is_set)
        await bus.publish([encode(each) for each in (() if is_restored else messages)])
        await until(lambda: "kim:s1" in follower.records.back)
        assert follower.records.back["kim:s1"].version == 2


async def test_a_stream_that_stalls_is_told_until_it_goes_on(tmp_path: Path) -> None:
    async with log_of(tmp_path / "a.db", alert(1)) as log:
        bus, follower = OtherLog(log, stall="an open transaction hides all later records; end that program"), Follower()
        async with following(follower.follow(bus)):  # type: ignore[arg-type]
            await until(lambda: bus.stall in follower.trouble.values())
            assert not follower.complete.is_set()
            bus.stall = None
            await until(lambda: follower.complete.is_set() and not follower.trouble)
            bus.stall = "it stalls again"
            await until(lambda: follower.trouble.get("alert.v1") == "it stalls again")


def test_a_stream_that_is_followed_keeps_its_trouble_until_it_has_been_read_to_its_end() -> None:
    follower = Follower(trouble={"alert.v1": "no answer", "feed.v1": "no answer"}, current={"alert.v1": START})
    for stream in ("alert.v1", "feed.v1"):
        follower.report_stall(stream, None)
    assert follower.trouble == {"alert.v1": "no answer"}


def test_a_stream_that_is_read_anew_is_not_all_known() -> None:
    follower = Follower(current={kind.STREAM.name: START for kind in KINDS})
    assert follower.sees_all
    del follower.current["alert.v1"]
    assert not follower.sees_all


async def test_when_the_processes_were_last_seen_is_known_while_the_log_stalls(tmp_path: Path) -> None:
    now = START
    async with log_of(tmp_path / "a.db", alert(1)) as log:
        bus, follower = OtherLog(log), follower_by(lambda: now)
        async with following(follower.follow(bus)):  # type: ignore[arg-type]
            await until(follower.complete.is_set)
            assert (follower.sees_processes, follower.last_read) == (True, None)
            bus.stall = "an open transaction hides all later records; end that program"
            await until(lambda: len(follower.trouble) == len(KINDS))
            now += timedelta(minutes=5)
            assert (follower.sees_processes, follower.seen, follower.last_read) == (False, START, START)
            for stall in (None, "it stalls again", None):
                # A second outage that begins before each has published anew is one with the first.
                bus.stall = stall
                await until(lambda: len(follower.trouble) == (len(KINDS) if bus.stall else 0))
                await until(lambda: bus.stall or follower.current["process.v1"] == now)
                assert (follower.sees_processes, follower.seen) == (False, START), "each may not have published anew yet"
            now += timedelta(seconds=presence.PUBLISH_SECONDS)
            await until(lambda: follower.sees_processes and follower.seen == now)


async def test_a_clock_that_is_put_back_keeps_nobody_from_being_told_lost(tmp_path: Path) -> None:
    now, passed = START, 0.0
    async with log_of(tmp_path / "a.db", alert(1)) as log:
        follower = Follower(clock=lambda: now, timer=lambda: passed)
        follower.report_wait("no broker")
        follower.report_wait(None)
        async with following(follower.follow(log)):
            await until(follower.complete.is_set)
            now -= timedelta(hours=1)
            passed += presence.PUBLISH_SECONDS
            await until(lambda: follower.sees_processes and follower.seen == now)


async def test_short_outages_that_follow_one_another_keep_nobody_from_being_told_lost(tmp_path: Path) -> None:
    passed = 0.0
    async with log_of(tmp_path / "a.db", alert(1)) as log:
        bus, follower = OtherLog(log), Follower(timer=lambda: passed)

        def has_looked() -> bool:
            return follower.looked == passed

        follower.report_wait("no broker")
        follower.report_wait(None)
        async with following(follower.follow(bus)):  # type: ignore[arg-type]
            await until(follower.complete.is_set)
            for _ in range(3):
                passed += presence.PUBLISH_SECONDS / 2
                await until(has_looked)
                bus.stall = "no answer"
                await until(lambda: "process.v1" in follower.trouble)
                passed += presence.PUBLISH_SECONDS / 2 - 1
                bus.stall = None
                await until(lambda: not follower.trouble)
            assert follower.sees_processes


async def test_a_page_that_waited_for_the_bus_waits_for_the_processes_too(tmp_path: Path) -> None:
    now = START
    async with log_of(tmp_path / "a.db", alert(1)) as log:
        follower = follower_by(lambda: now)
        follower.report_wait("no broker")
        follower.report_wait(None)
        async with following(follower.follow(log)):
            await until(follower.complete.is_set)
            assert (follower.sees_processes, follower.seen) == (False, None)
            now += timedelta(seconds=presence.PUBLISH_SECONDS)
            await until(lambda: follower.sees_processes and follower.seen == now)


@pytest.mark.parametrize("others", [1, 9])
async def test_another_log_is_read_anew(tmp_path: Path, others: int) -> None:
    """Whether it is shorter or longer than the one before; the records are noticed if they are fewer, the index always."""
    first = [alert(1, id=f"kim:a{number}", story=f"a{number}") for number in range(3)]
    second = [alert(1, id=f"kim:b{number}", story=f"b{number}") for number in range(others)]
    articles = [article_stories(f"First {number}") for number in range(3)]
    async with AsyncExitStack() as stack:
        old = await stack.enter_async_context(log_of(tmp_path / "a.db", *first, *articles))
        new = await stack.enter_async_context(
            log_of(tmp_path / "b.db", *second, *(article_stories(f"Second {number}") for number in range(others)))
        )
        index = stack.enter_context(closing(Index(tmp_path / "index.db", "sqlite:a.db")))
        async with following(IndexFollower(index).follow(old)):
            await until(lambda: len(titles(index)) == 3)
        again = IndexFollower(index)
        await stack.enter_async_context(following(again.follow(new)))
        await until(lambda: len(titles(index)) == others and titles(index)[0] == "Second 0")


async def test_a_stream_that_is_another_one_makes_readers_read_all_anew(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        old = await stack.enter_async_context(log_of(tmp_path / "a.db", *(alert(number) for number in (1, 2, 3)), ACKNOWLEDGED))
        new = await stack.enter_async_context(log_of(tmp_path / "b.db", alert(1, id="kim:other")))
        bus, follower = OtherLog(old), Follower()
        index = stack.enter_context(closing(Index(tmp_path / "index.db", "sqlite:a.db")))
        await stack.enter_async_context(following(follower.follow(bus), IndexFollower(index).follow(bus)))  # type: ignore[arg-type]
        await until(lambda: follower.complete.is_set() and index.newest("alert", "kim:s1") is not None)
        position = follower.changes.position
        bus.log = new
        await until(lambda: set(follower.records.alerts) == {"kim:other"} and not follower.records.marks)
        assert set(follower.records.entries) == {"other"}
        with pytest.raises(Stale):
            follower.changes.since(position)
        await until(lambda: index.newest("alert", "kim:other") is not None and index.newest("alert", "kim:s1") is None)


async def test_records_that_were_removed_unread_are_no_end(tmp_path: Path) -> None:
    """While the bus does not answer the page, all that it has read expires, and more."""
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(log_of(tmp_path / "a.db", alert(1), article_stories("First")))
        bus, follower = OtherLog(log), Follower()
        index = stack.enter_context(closing(Index(tmp_path / "index.db", "sqlite:a.db")))
        await stack.enter_async_context(following(follower.follow(bus), IndexFollower(index).follow(bus)))  # type: ignore[arg-type]
        await until(lambda: follower.complete.is_set() and titles(index) == ["First"])
        bus.log = None
        await until(lambda: len(follower.trouble) > 5 and bool(index.trouble))
        await log.publish([encode(alert(1, id="kim:s2")), encode(article_stories("Second"))])
        await log.trim((utc() + timedelta(days=31)).timestamp())
        last = replace(alert(1, id="kim:s3"), updated=utc())
        await log.publish([encode(last), encode(article_stories("Third"))])
        bus.log = log
        await until(lambda: not follower.trouble and not index.trouble)
        await until(lambda: set(follower.records.alerts) == {"kim:s3"} and titles(index) == ["Third"])


async def test_trouble_ends_although_nothing_comes(tmp_path: Path) -> None:
    async with log_of(tmp_path / "a.db", alert(1)) as log:
        bus, follower = OtherLog(log), Follower()
        async with following(follower.follow(bus)):  # type: ignore[arg-type]
            await until(follower.complete.is_set)
            bus.log = None
            await until(lambda: Alert.STREAM.name in follower.trouble)
            bus.log = log
            await until(lambda: not follower.trouble)
            assert set(follower.records.alerts) == {"kim:s1"}


@pytest.mark.parametrize("is_restored", [True, False])
async def test_other_tasks_run_while_many_records_are_applied(tmp_path: Path, is_restored: bool) -> None:  # noqa: FBT001  (pytest passes parameters as arguments)
    turns, seen = 0, list[int]()

    class SlowRecords(Records):
        def apply(self, message: Message, stored: float) -> None:
            super().apply(message, stored)
            time.sleep(1.1 * SLICE_SECONDS)
            seen.append(turns)

    async def take_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    follower, messages = Follower(SlowRecords()), [alert(1, id=f"kim:s{number}", story=f"s{number}") for number in range(5)]
    async with (
        log_of(tmp_path / "a.db", *(messages if is_restored else ())) as bus,
        following(follower.follow(bus), take_turns()),
    ):
        await until(follower.complete.is_set)
        await bus.publish([encode(each) for each in (() if is_restored else messages)])
        await until(lambda: len(seen) == len(messages))
    assert len(set(seen)) == len(messages)
