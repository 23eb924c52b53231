"""What is removed early when storage runs short, and the articles that wait for room."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.bus import ProducerRecord, StorageFull
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.bus import TRIM_SECONDS, SqliteBus, connect
from monitor.bus.sqlite.retention import HIGH_WATER
from monitor.bus.sqlite.tables import Retention
from monitor.bus.sqlite.transactions import Timeouts
from monitor.config import Config, StoriesConfig
from monitor.runtime.connection import bus_address, reloaded_address
from tests.bus import replay, restore_nothing
from tests.running import until

MIB = 1024 * 1024
DAY = 86400
OUT, RAW, FEED, STORIES, STORY = "article.entities.v1", "article.raw.v1", "feed.v1", "article.stories.v1", "story.v1"


async def offsets(bus: SqliteBus, stream: str) -> list[int]:
    return [record.offset for record in await replay(bus, stream)]


async def fill(bus: SqliteBus, count: int = 50) -> None:
    for n in range(count):
        await bus.publish([ProducerRecord(RAW, str(n), bytes(100_000))])


@pytest.mark.parametrize(("days", "copies", "articles"), [(3, range(2, 20), range(20)), (1, range(2, 20), range(2, 20))])
async def test_articles_of_which_a_later_stream_has_a_copy_go_first(
    tmp_path: Path, days: int, copies: range, articles: range
) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=100 * MIB), "off") as bus:
        await bus.publish([ProducerRecord(stream, str(n), bytes(50_000)) for stream in (RAW, STORIES) for n in range(20)])
        bus.retention = Retention(days=30, max_bytes=0.97 * await bus.read(tables.used_bytes) / HIGH_WATER)
        await bus.trim(time.time() + days * DAY)
        # Each removal of a tenth makes some room, and the first one is enough if there are old copies.
        assert (await offsets(bus, RAW), await offsets(bus, STORIES)) == ([*copies], [*articles])


def retention_of(config: Callable[[], Config], max_bytes: float = 100 * MIB) -> Retention:
    """Return what a process keeps that reloads *config*."""
    return Retention(30, max_bytes, spare_days=reloaded_address(config).spare_days)


async def fill_with_stories(bus: SqliteBus) -> None:
    """Publish two records of each story, and as many articles, and let storage be short."""
    batch = [ProducerRecord(stream, str(n), bytes(50_000)) for stream in (STORY, STORIES) for n in range(20)]
    await bus.publish([*batch, *batch])
    await bus.trim(time.time())
    assert await offsets(bus, STORY) == [*range(20, 40)]
    bus.retention = replace(bus.retention, max_bytes=0.97 * await bus.read(tables.used_bytes) / HIGH_WATER)


@pytest.mark.parametrize("days", [1, 3])
async def test_records_of_stories_that_no_service_needs_any_more_go_before_articles(tmp_path: Path, days: int) -> None:
    config = Config(stories=StoriesConfig(days))
    async with connect(tmp_path / "bus.db", retention_of(lambda: config), "off") as bus:
        await fill_with_stories(bus)
        # A story takes articles for some days, and the services need its records for one more.
        await bus.trim(time.time() + (days + 1.1) * DAY)
        assert [len(await offsets(bus, stream)) for stream in (STORY, STORIES)] == [18, 40]


async def test_records_of_stories_that_a_service_needs_are_kept(tmp_path: Path) -> None:
    config = Config(stories=StoriesConfig(3))
    async with connect(tmp_path / "bus.db", retention_of(lambda: config), "off") as bus:
        await fill_with_stories(bus)
        for _ in range(50):
            bus.retention = replace(bus.retention, max_bytes=0.97 * await bus.read(tables.used_bytes) / HIGH_WATER)
            await bus.trim(time.time() + 3.9 * DAY)
        assert [len(await offsets(bus, stream)) for stream in (STORY, STORIES)] == [20, 0]


async def test_stories_that_stay_open_for_longer_since_an_edit_are_kept(tmp_path: Path) -> None:
    config = Config(stories=StoriesConfig(3))
    async with connect(tmp_path / "bus.db", retention_of(lambda: config), "off") as bus:
        await fill_with_stories(bus)
        config = Config(stories=StoriesConfig(10))
        await bus.trim(time.time() + 10.9 * DAY)
        assert len(await offsets(bus, STORY)) == 20


async def test_a_process_that_does_not_reload_its_config_removes_no_stories_early(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(30, 100 * MIB, bus_address(Config()).streams), "off") as bus:
        await fill_with_stories(bus)
        await bus.trim(time.time() + 20 * DAY)
        assert len(await offsets(bus, STORY)) == 20


async def test_articles_find_room_in_a_file_that_old_stories_fill(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", retention_of(Config, 2 * MIB), "off") as bus:
        await bus.publish([ProducerRecord(STORY, str(n), bytes(100_000)) for n in range(30)])
        with pytest.raises(StorageFull):
            await bus.publish([ProducerRecord(RAW, "new", b"x")])
        for _ in range(20):
            await bus.trim(time.time() + 5 * DAY)
        await bus.publish([ProducerRecord(RAW, "new", b"x")])


async def test_a_full_file_refuses_only_new_articles_until_there_is_room(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=2 * MIB)) as bus:
        with pytest.raises(StorageFull, match=r"streams\.max_mb"):
            await fill(bus)
        kept = len(await offsets(bus, RAW))
        async with bus.subscribe("entities", RAW, restore=restore_nothing) as subscription:
            while batch := await subscription.read(5, 0.1):
                await subscription.commit(batch[0].partition, batch, [ProducerRecord(OUT, "a", b"x")])
        for _ in range(10):
            await bus.trim(time.time())
        assert len(await offsets(bus, RAW)) < kept
        await bus.publish([ProducerRecord(RAW, "new", b"x")])


async def read_all_as(bus: SqliteBus, group: str) -> None:
    """Read all articles as *group*."""
    async with bus.subscribe(group, RAW, restore=restore_nothing) as subscription:
        while batch := await subscription.read(5, 0.1):
            await subscription.commit(batch[0].partition, batch, ())


async def publish_once_there_is_room(bus: SqliteBus) -> None:
    """Publish an article. Raises TimeoutError if it has no room before the next regular removal."""
    async with asyncio.timeout(TRIM_SECONDS / 2):
        while True:
            with suppress(StorageFull):
                await bus.publish([ProducerRecord(RAW, "new", b"x")])
                return
            await asyncio.sleep(0.1)


async def test_a_full_file_is_trimmed_at_once_if_new_articles_wait(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=2 * MIB)) as bus:
        with pytest.raises(StorageFull):
            await fill(bus)
        await read_all_as(bus, "entities")
        await publish_once_there_is_room(bus)


async def test_it_is_so_too_while_a_long_reader_keeps_the_log_from_being_copied_back(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=12 * MIB), "off") as bus:
        with closing(sqlite3.connect(tmp_path / "bus.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM streams").fetchall()
            with pytest.raises(StorageFull):
                await fill(bus, count=200)
            assert bus.file.is_log_long()
            await read_all_as(bus, "entities")
            await publish_once_there_is_room(bus)


async def test_a_moved_file_is_noticed_while_a_removal_takes_long(tmp_path: Path) -> None:
    path, waits_long = tmp_path / "bus.db", Timeouts(lock=60)
    async with connect(path, Retention(days=30, max_bytes=2 * MIB), "off", timeouts=waits_long) as bus:
        with pytest.raises(StorageFull):
            await fill(bus)
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            await until(lambda: not bus.file.is_full, 20)
            path.rename(tmp_path / "moved.db")
            await until(lambda: bus.file.fault, 20)


async def test_streams_that_hold_state_are_kept_when_storage_runs_short(tmp_path: Path) -> None:
    state_streams = ("alert.v1", "delivery.v1", "story.v1", "dead.v1", FEED)
    async with connect(tmp_path / "bus.db", Retention(days=30, max_bytes=2 * MIB)) as bus:
        await bus.publish([ProducerRecord(stream, str(n), b"x") for stream in state_streams for n in range(30)])
        await bus.publish([ProducerRecord(OUT, str(n), bytes(100_000)) for n in range(30)])
        for _ in range(40):
            await bus.trim(time.time())
        assert [len(await offsets(bus, stream)) for stream in state_streams] == [30] * 5
        assert len(await offsets(bus, OUT)) < 20
