"""The page's records, index and changes on each bus."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monitor.bus import Bus, Record
from monitor.bus.backends import Address, connect
from monitor.cli.processes import read_processes
from monitor.clock import utc
from monitor.messages import Mark
from monitor.messages.codec import encode
from monitor.runtime.presence import presence, this_process
from page.index import Index, IndexFollower
from page.records import Follower
from tests.connections import connections
from tests.kafka import create_stream, delete_stream
from tests.make import START, alert, article_stories
from tests.running import until


@dataclass
class CountedLooks:
    """A bus of which each look at a stream is counted."""

    bus: Bus
    looks: Counter[str] = field(default_factory=Counter)

    async def replay(self, stream: str, *args: Any, **options: Any) -> AsyncGenerator[Record, None]:
        """See monitor.bus.Bus."""
        self.looks[stream] += 1
        async for record in self.bus.replay(stream, *args, **options):
            yield record

    def writes(self) -> int:
        """See monitor.bus.Bus."""
        return 0

    async def wait(self, writes: int, seconds: float) -> None:  # noqa: ARG002  (it cannot tell)
        """See monitor.bus.Bus."""
        await asyncio.sleep(seconds)


async def test_the_page_follows_the_log_and_connects_to_no_broker_while_nothing_comes(address: Address, tmp_path: Path) -> None:
    mark = Mark("kim:s1", "acknowledged", 1, None, None, "ana", None, START)
    async with connect(address) as opened:
        await opened.publish([encode(alert(1)), encode(mark), encode(article_stories("First"))])
        bus, follower = CountedLooks(opened), Follower()
        with closing(Index(tmp_path / "index.db", address.url)) as index:
            work = (follower.follow(bus), IndexFollower(index).follow(bus))  # type: ignore[arg-type]
            tasks = [asyncio.create_task(each) for each in work]
            with connections() as made:
                await until(lambda: follower.complete.is_set() and index.newest("alert", "kim:s1") is not None)
            assert bool(made) == address.url.startswith("kafka:")
            position = follower.changes.position
            await opened.publish([encode(alert(2, change="stance")), encode(article_stories("Second"))])
            await until(lambda: len(index.of_story("article", "s1", 9)) == 2 and "kim:s1" in follower.records.back)
            assert [each.ids for each in follower.changes.since(position)] == [("kim:s1",)]
            # The ends of transactions are read once.
            bus.looks.clear()
            await until(lambda: all(bus.looks[name] > 3 for name in ("alert.v1", "article.stories.v1", "delivery.v1")))
            bus.looks.clear()
            with connections() as made:
                await until(lambda: all(bus.looks[name] > 3 for name in ("alert.v1", "article.stories.v1", "delivery.v1")))
            assert made == []
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.kafka
async def test_a_stream_that_was_deleted_and_created_again_is_read_anew(kafka: Address, tmp_path: Path) -> None:
    async with connect(kafka) as bus:
        await bus.publish([encode(alert(version)) for version in (1, 2, 3)])
        follower = Follower()
        with closing(Index(tmp_path / "index.db", kafka.url)) as index:
            work = (follower.follow(bus), IndexFollower(index).follow(bus))
            tasks = [asyncio.create_task(each) for each in work]
            await until(lambda: follower.complete.is_set() and index.newest("alert", "kim:s1") is not None)
            await delete_stream(kafka, "alert.v1")
            await create_stream(kafka, "alert.v1")
            await until(lambda: not follower.records.alerts and index.newest("alert", "kim:s1") is None, seconds=60)
            async with connect(kafka) as other:
                await other.publish([encode(alert(1, id="kim:s2", updated=utc()))])
            await until(lambda: set(follower.records.alerts) == {"kim:s2"}, seconds=60)
            await until(lambda: index.newest("alert", "kim:s2") is not None)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_process_of_the_page_is_known_until_it_ends(address: Address) -> None:
    async with connect(address) as bus:
        async with presence(bus, this_process(utc()), {}, asyncio.Event()):
            (record,) = await until(lambda: read_processes(bus))
            assert record.process.serves_page
        assert await read_processes(bus) == []
