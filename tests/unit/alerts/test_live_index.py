"""Edits of many watches: applied beside matching, as a whole, and without holding the event loop."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import pytest
from structlog.testing import capture_logs

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.matches import find_matches, iter_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.fields import Lookups
from monitor.config import Config, FeedConfig, Watch
from monitor.gc_pause import collections_paused
from tests.make import article_stories

ARTICLE = article_stories("Kim visits the plant")


def config(word: str, count: int = 20, **more: object) -> Config:
    """Return a config whose watches all match if the article has *word*."""
    return Config(watches=tuple(Watch(f"w{number}", any=(word,)) for number in range(count)), hash=word, **more)  # type: ignore[arg-type]


@dataclass
class Current:
    """The config in use, as the reloader returns it."""

    value: Config

    def __call__(self) -> Config:
        """Return the config."""
        return self.value


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0)


async def test_an_edit_takes_effect_as_a_whole_while_matching_goes_on() -> None:
    current, index = Current(config("kim", 500)), LiveIndex(lookups_for)
    async with index.following(current):
        current.value = config("train", 500)
        seen = []
        while index.config is not current.value:
            seen.append((len(find_matches(index.update(current()), ARTICLE)), index.config.hash))
            await asyncio.sleep(0)
        assert set(seen) == {(500, "kim")}
        assert find_matches(index.update(current()), ARTICLE) == []
        current.value = config("visits", 400)
        await until(lambda: index.config is current.value)
        assert len(find_matches(index.update(current()), ARTICLE)) == 400


async def test_an_edit_waits_for_an_article_that_a_thread_looks_up() -> None:
    current, index = Current(config("kim", 300)), LiveIndex(lookups_for)
    is_looked_up, may_go_on = threading.Event(), threading.Event()

    class LongDocument(Document):
        @cached_property
        def words(self) -> tuple[str, ...]:
            is_looked_up.set()
            may_go_on.wait(10)
            return super().words

    def match() -> tuple[int, str]:
        document = LongDocument(ARTICLE)
        candidates, config_hash = index.candidates(document)
        return len([match for match in iter_matches(candidates, document) if match]), config_hash

    async with index.following(current):
        looked_up = asyncio.create_task(asyncio.to_thread(match))
        await until(is_looked_up.is_set)
        current.value = config("visits", 200)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await until(lambda: index.config is current.value)
        may_go_on.set()
        assert await looked_up == (300, "kim")
        await until(lambda: index.config is current.value)
        assert await asyncio.to_thread(match) == (200, "visits")


async def test_what_an_edit_replaces_leaves_the_index() -> None:
    current, index = Current(config("kim", 300)), LiveIndex(lookups_for)
    async with index.following(current):
        current.value = Config()
        await until(lambda: index.config is current.value and not len(index.matcher._terms))  # noqa: SLF001  (nothing else shows it)


async def test_the_event_loop_is_not_held_while_many_watches_are_added() -> None:
    watches = tuple(
        Watch(f"w{number}", query=f'"name{number} family{number}" NEAR/5 (talks OR visit)') for number in range(4000)
    )
    current, index, longest = Current(Config()), LiveIndex(lookups_for), 0.0
    async with index.following(current):
        current.value = Config(watches=watches)
        while index.config is not current.value:
            before = time.thread_time()
            await asyncio.sleep(0)
            # Time of this thread: what other threads and processes take does not hold the loop for longer than a switch.
            longest = max(longest, time.thread_time() - before)
    assert longest < 0.05


async def test_a_later_edit_supersedes_one_that_is_compiled() -> None:
    compiled: list[str] = []
    current = Current(Config())

    def lookups(of: Config) -> Lookups:
        def entity_id(text: str, _type: str) -> None:
            compiled.append(text)
            if text == "first3":
                current.value = edit("second")

        return replace(lookups_for(of), entity_id=entity_id)

    def edit(name: str) -> Config:
        return Config(watches=tuple(Watch(f"w{number}", person=(f"{name}{number}",)) for number in range(10)))

    index = LiveIndex(lookups)
    async with index.following(current):
        current.value = edit("first")
        await until(lambda: len(index.matcher) == 10)
    assert compiled == [f"first{number}" for number in range(4)] + [f"second{number}" for number in range(10)]


async def test_edits_that_are_made_faster_than_they_are_compiled_are_used() -> None:
    edits, in_use = 0, set[str]()

    def edit() -> Config:
        return Config(watches=tuple(Watch(f"w{number}", person=(f"name{edits}",)) for number in range(10)))

    current = Current(edit())

    def lookups(of: Config) -> Lookups:
        def entity_id(_text: str, _type: str) -> None:
            # Each watch that is compiled meets another edit, until there were a hundred.
            nonlocal edits
            if edits < 100:
                edits += 1
                current.value = edit()
            in_use.update(watch.person[0] for watch in index.watches.values())

        return replace(lookups_for(of), entity_id=entity_id)

    index = LiveIndex(lookups)
    await index.catch_up(current)
    assert index.config is current.value
    assert len(in_use) > 5


async def test_an_edit_of_feeds_or_sets_compiles_only_the_watches_that_depend_on_them() -> None:
    compiled: list[str] = []

    def lookups(of: Config) -> Lookups:
        return replace(lookups_for(of), entity_id=lambda text, _: compiled.append(text))

    watches = (
        Watch("person", person=("a",)),
        Watch("feed", person=("b",), feeds=("Post",)),
        Watch("query", query="person:c feed:Post"),
        Watch("set", person=("d",), any=("@leaders",)),
    )
    before = Config(watches=watches, feeds=(FeedConfig("https://a.org/", name="Post"),), sets={"leaders": ("kim",)})
    index = LiveIndex(lookups)
    index.update(before)
    compiled.clear()
    index.update(after := replace(before, feeds=(*before.feeds, FeedConfig("https://b.org/"))))
    assert sorted(set(compiled)) == ["b", "c"]
    compiled.clear()
    index.update(replace(after, sets={"leaders": ("xi",)}))
    assert sorted(set(compiled)) == ["d"]


async def test_a_watch_becomes_valid_when_its_feed_is_added() -> None:
    index = LiveIndex(lookups_for)
    before = Config(watches=(Watch("w", any=("kim",), feeds=("example.org/world.rss",)),))
    with capture_logs():
        assert find_matches(index.update(before), ARTICLE) == []
    index.update(replace(before, feeds=(FeedConfig("https://example.org/world.rss"),)))
    assert len(index.matcher) == 1


async def test_a_watch_that_cannot_be_compiled_keeps_its_last_version_and_the_others_are_edited() -> None:
    def lookups(of: Config) -> Lookups:
        def entity_id(text: str, _type: str) -> str:
            return str(1 / 0) if text == "bad" else text

        return replace(lookups_for(of), entity_id=entity_id)

    index = LiveIndex(lookups)
    good = Watch("w", any=("kim",))
    index.update(Config(watches=(good, Watch("v", any=("train",)))))
    with capture_logs() as logs:
        index.update(Config(watches=(Watch("w", person=("bad",)), Watch("v", any=("visits",)))))
    assert [match.watch.id for match in find_matches(index.matcher, ARTICLE)] == ["v", "w"]
    assert [(each["watch"], each["problem"]) for each in logs] == [
        ("w", "it cannot be compiled: ZeroDivisionError: division by zero")
    ]


async def test_the_start_and_an_edit_tell_how_far_they_are() -> None:
    told: list[str | None] = []

    def is_counted(_: Watch) -> bool:
        told.append(index.progress)
        return False

    index = LiveIndex(lookups_for, is_counted, progress_watches=10)
    with capture_logs() as logs:
        async with index.following(Current(config("kim", 25))):
            assert index.progress is None
    assert told[0] == "compiling watches: 24 of 25"
    assert [each["done"] for each in logs if each["event"] == "compiling watches"] == [10, 20]


async def test_an_edit_that_fails_as_a_whole_is_told_and_leaves_the_watches_in_use() -> None:
    def lookups(of: Config) -> Lookups:
        return lookups_for(of) if of.hash == "kim" else lookups_for(1 / 0)  # type: ignore[arg-type]

    current, index = Current(config("kim")), LiveIndex(lookups)
    with capture_logs() as logs:
        async with index.following(current):
            current.value = config("train")
            await until(lambda: bool(logs))
            assert len(find_matches(index.update(current()), ARTICLE)) == 20
            assert index.progress is not None
            assert index.progress.startswith("the latest edit cannot be applied")


def test_pauses_of_the_garbage_collector_may_overlap() -> None:
    import gc

    with collections_paused():
        with collections_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_a_failed_step_leaves_behind_is_collected() -> None:
    import gc

    frozen = gc.get_freeze_count()
    with pytest.raises(ValueError, match="invalid literal"), collections_paused():
        int("no number")
    assert gc.isenabled()
    # Some of what was frozen before may have been freed.
    assert gc.get_freeze_count() <= frozen
