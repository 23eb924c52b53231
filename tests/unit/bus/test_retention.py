"""Retention in the SQLite file."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from monitor.bus import Misconfigured, OffsetOutOfRange, ProducerRecord
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.retention import trim
from monitor.bus.sqlite.tables import Retention, open_file, position, skip
from monitor.bus.sqlite.transactions import transact
from tests.bus import replay, restore_nothing

MIB = 1024 * 1024
DAY = 86400
OUT, RAW, FEED, STORIES = "article.entities.v1", "article.raw.v1", "feed.v1", "article.stories.v1"


async def offsets(bus: SqliteBus, stream: str) -> list[int]:
    return [record.offset for record in await replay(bus, stream)]


async def test_expired_records_are_removed_once_every_group_has_read_them(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=100 * MIB)) as bus:
        await bus.publish([ProducerRecord(OUT, str(n), b"x") for n in range(10)])
        async with bus.subscribe("topics", OUT, restore=restore_nothing) as subscription:
            batch = await subscription.read(4, 1)
            await subscription.commit(batch[0].partition, batch, ())
        await bus.trim(time.time() + 29 * DAY)
        assert await offsets(bus, OUT) == list(range(10))
        await bus.trim(time.time() + 31 * DAY)
        assert await offsets(bus, OUT) == list(range(4, 10))


async def test_no_record_is_kept_for_the_group_of_another_program(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=100 * MIB)) as bus:
        await bus.publish([ProducerRecord(OUT, str(n), b"x") for n in range(10)])
        async with bus.subscribe("subscriber.topics", OUT, restore=restore_nothing) as subscription:
            batch = await subscription.read(4, 1)
            await subscription.commit(batch[0].partition, batch, ())
        await bus.trim(time.time() + 31 * DAY)
        assert await offsets(bus, OUT) == []
        with pytest.raises(OffsetOutOfRange, match=r"may have been removed unread"):
            await anext(bus.replay(OUT, None, offsets={0: 4}))
        async with bus.subscribe("subscriber.topics", OUT, restore=restore_nothing) as subscription:
            with pytest.raises(OffsetOutOfRange, match=r"`newsmonitor streams skip subscriber\.topics` continues"):
                await subscription.read(4, 1)


async def test_a_group_of_another_program_is_told_that_records_have_expired_while_it_read(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=100 * MIB)) as bus:
        await bus.publish([ProducerRecord(OUT, str(n), b"x") for n in range(10)])
        async with bus.subscribe("subscriber.topics", OUT, restore=restore_nothing) as subscription:
            batch = await subscription.read(4, 1)
            await subscription.commit(batch[0].partition, batch, ())
            await bus.trim(time.time() + 31 * DAY)
            assert await subscription.read(4, 0) == ()
            await bus.publish([ProducerRecord(OUT, "late", b"x")])
            with pytest.raises(OffsetOutOfRange, match="6 were missed"):
                await subscription.read(4, 1)


async def test_offsets_are_never_reused(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=1, max_bytes=100 * MIB)) as bus:
        await bus.publish([ProducerRecord(OUT, "a", b"x"), ProducerRecord(OUT, "b", b"x")])
        await bus.trim(time.time() + 2 * DAY)
        assert await offsets(bus, OUT) == []
        await bus.publish([ProducerRecord(OUT, "c", b"x")])
        assert await offsets(bus, OUT) == [2]


async def test_a_new_group_starts_at_the_oldest_record(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=1, max_bytes=100 * MIB)) as bus:
        await bus.publish([ProducerRecord(OUT, "a", b"x")])
        await bus.trim(time.time() + 2 * DAY)
        await bus.publish([ProducerRecord(OUT, "b", b"y")])
        async with bus.subscribe("topics", OUT, restore=restore_nothing) as subscription:
            assert [record.value for record in await subscription.read(10, 1)] == [b"y"]


async def test_a_compact_stream_keeps_the_newest_record_of_each_key(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=1, max_bytes=100 * MIB)) as bus:
        await bus.publish([ProducerRecord(FEED, f"feed {n % 3}", str(n).encode()) for n in range(1500)])
        await bus.trim(time.time() + 1000 * DAY)
        assert [record.value async for record in bus.replay(FEED, None)] == [b"1497", b"1498", b"1499"]


async def test_compaction_keeps_what_a_group_has_not_read_and_removes_it_later(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=1, max_bytes=100 * MIB), "off") as bus:
        await bus.publish([ProducerRecord(FEED, f"feed {n % 7}", str(n).encode()) for n in range(1000)])
        async with bus.subscribe("poller", FEED, restore=restore_nothing) as subscription:
            batch = await subscription.read(300, 1)
            await subscription.commit(batch[0].partition, batch, ())
            await bus.trim(time.time())
            assert await offsets(bus, FEED) == [*range(293, 1000)]
            while batch := await subscription.read(500, 0.1):
                await subscription.commit(batch[0].partition, batch, ())
        await bus.trim(time.time())
        assert await offsets(bus, FEED) == [*range(993, 1000)]
        await bus.publish([ProducerRecord(FEED, "feed 3", b"new")])
        async with bus.subscribe("poller", FEED, restore=restore_nothing) as subscription:
            batch = await subscription.read(500, 1)
            await subscription.commit(batch[0].partition, batch, ())
        await bus.trim(time.time())
        assert await offsets(bus, FEED) == [993, 994, 995, 996, 998, 999, 1000]


async def test_no_operation_reads_a_whole_stream(tmp_path: Path) -> None:
    statements: list[str] = []
    async with connect(tmp_path / "bus.db", Retention(days=1, max_bytes=100 * MIB), "off") as bus:
        for db in (bus.reader, bus.file.writer):
            db.set_trace_callback(statements.append)
        await bus.publish([ProducerRecord(stream, str(n), b"x") for stream in (FEED, OUT) for n in range(500)])
        async with bus.subscribe("poller", FEED, OUT, restore=restore_nothing) as subscription:
            while batch := await subscription.read(300, 0.1):
                await subscription.commit(batch[0].partition, batch, ())
        assert await bus.lag("poller", FEED) == 0
        assert len(await replay(bus, OUT, since=datetime.now(UTC) - timedelta(hours=1))) == 500
        await bus.trim(time.time() + 2 * DAY)
        for db in (bus.reader, bus.file.writer):
            db.set_trace_callback(None)
        read = {each for each in statements if each.lstrip().startswith(("SELECT", "DELETE", "UPDATE"))}
        assert any("CROSS JOIN" in each for each in read)
        plans = [row[3] for each in read for row in bus.reader.execute(f"EXPLAIN QUERY PLAN {each}")]
    assert [plan for plan in plans if plan.startswith("SCAN") and ".v1" in plan] == []


async def test_commits_run_between_the_steps_of_a_trim(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=100 * MIB), "normal") as bus:
        await bus.publish([ProducerRecord(OUT, str(n), b"x") for n in range(20_000)])
        trimming = asyncio.create_task(bus.trim(time.time() + 31 * DAY))
        while len(await offsets(bus, OUT)) == 20_000:
            await asyncio.sleep(0)
        await bus.publish([ProducerRecord(RAW, "k", b"x")])
        assert not trimming.done()
        await trimming
        assert await offsets(bus, OUT) == []


@pytest.mark.parametrize("stream", [OUT, "story.v1"])
def test_nothing_goes_back_if_two_processes_trim_at_the_same_time(tmp_path: Path, stream: str) -> None:
    kept = Retention(days=30, max_bytes=100 * MIB)
    first, second = (BusFile(tmp_path / "bus.db", "off", kept.streams) for _ in range(2))

    def publish(day: int) -> None:
        second.transact(0, tables.publish, [ProducerRecord(stream, "key", b"x")], kept, day * DAY)

    def after_the_second(*call: Any) -> int:
        """Do *call* for the first process when the second has trimmed more since the first began."""
        publish(6)
        list(trim(second.writer, partial(second.transact, 0), kept, 34 * DAY))
        before = second.reader.execute("SELECT floor, compacted FROM streams").fetchall()
        removed = int(first.transact(0, *call))
        assert second.reader.execute("SELECT floor, compacted FROM streams").fetchall() == before
        return removed

    for day in range(1, 6):
        publish(day)
    assert {step.stream for step in trim(first.writer, after_the_second, kept, 32 * DAY)} == {stream}
    for file in (first, second):
        file.close()


async def test_a_position_out_of_range_is_an_error_until_it_is_skipped(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=100 * MIB)) as bus:
        await bus.publish([ProducerRecord(OUT, str(n), b"x") for n in range(5)])
        async with bus.subscribe("topics", OUT, restore=restore_nothing) as subscription:
            assert len(await subscription.read(1, 1)) == 1
        bus.reader.execute("UPDATE streams SET floor = 3 WHERE name = ?", (OUT,))
        async with bus.subscribe("topics", OUT, restore=restore_nothing) as subscription:
            with pytest.raises(OffsetOutOfRange, match="3 were missed; `newsmonitor streams skip topics`"):
                await subscription.read(1, 1)
            transact(bus.reader, skip, "topics")
            assert [record.offset for record in await subscription.read(10, 1)] == [3, 4]
        assert position(bus.reader, "topics", OUT) == 3


def test_a_file_of_another_version_or_format_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.touch()
    open_file(other, "full").execute("PRAGMA user_version=99")
    with pytest.raises(Misconfigured, match="another version"):
        open_file(other, "full")
    (tmp_path / "text.db").write_text("no database, but long enough to be looked at as one" * 100)
    with pytest.raises(Misconfigured, match=r"text\.db cannot be used"):
        open_file(tmp_path / "text.db", "full")
    with pytest.raises(Misconfigured, match="cannot be used"):
        open_file(tmp_path / "missing.db", "full")
