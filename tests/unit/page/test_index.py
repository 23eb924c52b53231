"""The index beside the log."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

import pytest

from monitor.bus import Bus, Misconfigured, ProducerRecord, Transient
from monitor.bus.backends import IN_MEMORY, connect
from monitor.messages import Alert, ArticleStories
from monitor.messages.codec import encode
from page.index import Index, IndexFollower, IndexRow, read_row
from page.index.file import delete
from page.index.store import Position, Renewed
from tests.make import alert, article_stories
from tests.running import until
from tests.wrapped_bus import WrappedBus

PLACE = ("alert.v1", 0)


def row(id_: str = "a", version: int = 1, at: float = 100.0, **fields: str) -> IndexRow:
    """A row of an article in the story s1."""
    return IndexRow("article", id_, version, fields.get("story", "s1"), at, b"{}", fields.get("words", "kim train"))


def found(index: Index, words: str) -> list[str]:
    """The ids of the articles with *words*."""
    sql = "SELECT id FROM words JOIN records ON number = words.rowid WHERE words MATCH ? ORDER BY id"
    return [id_ for (id_,) in index.query(sql, (words,))]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An empty index."""
    opened = Index(tmp_path / "index.db", "sqlite:news.db")
    yield opened
    opened.close()


def test_rows_are_found_by_story_and_words(index: Index) -> None:
    index.add([row("b", at=2), row("a", at=1), row("c", story="s2", words="summit")], {PLACE: Position(7, 5.0)})
    assert (len(index.of_story("article", "s1", 9)), found(index, "train")) == (2, ["a", "b"])
    assert (index.newest("article", "c"), index.newest("article", "d")) == (b"{}", None)
    assert index.positions() == {PLACE: Position(7, 5.0)}


def test_a_row_that_comes_again_is_there_once(index: Index) -> None:
    index.add([row()], {})
    index.add([row(words="summit")], {})
    assert (len(index.of_story("article", "s1", 9)), found(index, "train"), found(index, "summit")) == (1, [], ["a"])


def test_what_is_old_is_removed_with_its_words(index: Index) -> None:
    index.add([row("a", at=1), row("b", at=2)], {})
    index.expire(2)
    assert found(index, "train") == ["b"]


def test_the_rows_and_the_position_are_kept_over_a_restart(tmp_path: Path) -> None:
    with closing(Index(tmp_path / "index.db", "sqlite:news.db")) as first:
        first.add([row()], {PLACE: Position(7, 5.0)})
    with closing(Index(tmp_path / "index.db", "sqlite:news.db")) as second:
        assert (found(second, "kim"), second.positions()) == (["a"], {PLACE: Position(7, 5.0)})


def test_the_index_of_another_log_is_built_anew(tmp_path: Path) -> None:
    with closing(Index(tmp_path / "index.db", "sqlite:news.db")) as first:
        first.add([row()], {})
    with closing(Index(tmp_path / "index.db", "kafka://broker:9092")) as second:
        assert found(second, "kim") == []


@pytest.mark.parametrize("damage", ["text", "format"])
def test_a_file_that_cannot_be_used_is_built_anew(tmp_path: Path, damage: str) -> None:
    if damage == "text":
        (tmp_path / "index.db").write_bytes(b"no database at all" * 100)
    else:
        with closing(sqlite3.connect(tmp_path / "index.db")) as connection:
            connection.execute("PRAGMA user_version = 99")
    with closing(Index(tmp_path / "index.db", "sqlite:news.db")) as opened:
        opened.add([row()], {})
        assert found(opened, "kim") == ["a"]


async def test_the_index_follows_the_log_and_passes_over_what_is_no_message(index: Index) -> None:
    async with connect(IN_MEMORY) as bus:
        await bus.publish([encode(article_stories("Kim’s train")), ProducerRecord("alert.v1", "k", b"{}")])
        follower = IndexFollower(index)
        task = asyncio.create_task(follower.follow(bus))
        await until(follower.complete.is_set)
        assert found(index, "train") != []
        await bus.publish([encode(alert(1)), encode(article_stories("A summit"))])
        await until(lambda: index.newest("alert", "kim:s1") and found(index, "summit"))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    (value,) = index.of_story("alert", "s1", 9)
    assert read_row(Alert, value) == alert(1)
    titles = [read_row(ArticleStories, each).article.title for each in index.of_story("article", "s1", 9)]
    assert sorted(titles) == ["A summit", "Kim’s train"]


async def test_what_was_read_before_a_stall_is_in_the_index(index: Index) -> None:
    async with connect(IN_MEMORY) as bus:
        await bus.publish([encode(article_stories("Kim’s train"))])
        stalling = WrappedBus(bus, stalls={ArticleStories.STREAM.name: "an open transaction hides all later records"})
        with pytest.raises(Transient, match="an open transaction"):
            await IndexFollower(index).catch_up(cast("Bus", stalling), ArticleStories)
    assert found(index, "train") != []


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the file at *path* as a process does that writes it, so that nobody else may even read it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        yield


def test_a_file_that_another_process_holds_is_told_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with closing(Index(path, "sqlite:news.db")) as first:
        first.add([row()], {})
    before = path.stat().st_ino
    with closing(Index(path, "sqlite:news.db", busy_seconds=0.01)) as second:
        with held(path), pytest.raises(sqlite3.OperationalError, match="locked"):
            second.positions()
        assert (found(second, "kim"), path.stat().st_ino) == (["a"], before)


@pytest.mark.parametrize("version", [0, 1])
def test_a_database_of_another_program_is_told_and_stays(tmp_path: Path, version: int) -> None:
    """Such as the log itself, whose tables have a number too."""
    path = tmp_path / "index.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"CREATE TABLE positions (member TEXT); PRAGMA user_version = {version};")
    before = path.read_bytes()
    with closing(Index(path, "sqlite:news.db")) as opened, pytest.raises(Misconfigured, match="name another file"):
        opened.positions()
    assert path.read_bytes() == before


def test_an_index_that_lacks_a_table_is_built_anew(tmp_path: Path) -> None:
    with closing(Index(tmp_path / "index.db", "sqlite:news.db")) as first:
        first.add([row()], {})
    with closing(sqlite3.connect(tmp_path / "index.db")) as connection:
        connection.execute("DROP TABLE words")
    with closing(Index(tmp_path / "index.db", "sqlite:news.db")) as second:
        second.add([row("b")], {})
        assert found(second, "kim") == ["b"]


def test_rows_for_a_file_that_is_gone_are_not_added_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with closing(Index(path, "sqlite:news.db")) as opened:
        generation = opened.open()
        assert opened.open() == generation
        delete(path)
        assert opened.open() != generation
        with pytest.raises(Renewed):
            opened.add([row()], {PLACE: Position(7, 5.0)}, generation)
        assert (opened.positions(), found(opened, "kim")) == ({}, [])


@pytest.mark.parametrize("is_replaced", [True, False])
async def test_an_index_that_is_deleted_or_replaced_is_built_anew_and_followed(tmp_path: Path, is_replaced: bool) -> None:  # noqa: FBT001  (pytest passes parameters as arguments)
    path = tmp_path / "index.db"
    async with connect(IN_MEMORY) as bus:
        await bus.publish([encode(article_stories("Kim’s train")), encode(alert(1))])
        with closing(Index(path, "memory")) as opened:
            task = asyncio.create_task(IndexFollower(opened).follow(bus))
            await until(lambda: path.exists() and found(opened, "train") != [])
            delete(path)
            if is_replaced:
                Index(path, "memory").open()
            await until(lambda: path.exists() and opened.open() > 1 and found(opened, "train") != [])
            await bus.publish([encode(article_stories("A summit", story="s2"))])
            await until(lambda: found(opened, "summit") != [])
            with closing(Index(path, "memory")) as other:
                assert (len(found(other, "train")), other.newest("alert", "kim:s1") is not None) == (1, True)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
