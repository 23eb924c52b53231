"""A matcher that follows edits of the config: only the watches that change are compiled and indexed again.

An edit is compiled in a thread, and its watches are then indexed in short steps, while matching goes on with the config before
it. The edit takes effect as a whole: an article is matched with one config.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from threading import Lock

import structlog

from consumers.alerts.matching.compile import CompiledWatch, compile_watch, list_problems, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Candidates, Entry, Matcher
from consumers.alerts.matching.plan import Plan
from consumers.alerts.query.fields import Lookups
from consumers.alerts.query.signs import ATS
from monitor.config import Config, Watch
from monitor.gc_pause import collections_paused

GC_PAUSE_WATCHES = 1000
"""If more watches than this change at once, the garbage collector pauses while they are added."""
SLICE_SECONDS = 0.005
"""How long the watches of an edit are indexed before other tasks of the event loop get their turn."""
FOLLOW_SECONDS = 0.05
"""Seconds between two looks at the config in use."""
RETRY_SECONDS = 60.0
"""Seconds after which an edit that could not be applied because of a bug is tried again."""
KEPT = "an invalid watch keeps its last valid version"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Edit:
    """The watches of *config* that differ from those in use, compiled, and the ids of those that must go.

    *rechecked* are the ids of all watches that depend on the feeds, or that are invalid.
    """

    config: Config
    compiled: Sequence[tuple[CompiledWatch, Plan]]
    removed: frozenset[str]
    watches: Mapping[str, Watch]
    counted: Mapping[str, Watch]
    rechecked: frozenset[str]


@dataclass
class LiveIndex:
    """The matcher of the config in use. It keeps the last valid version of an invalid watch, if there is one."""

    lookups_for: Callable[[Config], Lookups]
    is_counted: Callable[[Watch], bool] = lambda _: False
    """Return whether the matches of a watch are counted."""
    progress_watches: int = 10_000
    """Watches after which the log tells how far an edit is."""
    matcher: Matcher = field(default_factory=Matcher)
    config: Config = field(default_factory=Config)
    """The config in use. All of its watches are indexed."""
    watches: Mapping[str, Watch] = field(default_factory=dict)
    """The watches of *config* by id, valid or not."""
    counted: Mapping[str, Watch] = field(default_factory=dict)
    """The watches for which *is_counted* is true, by id. Kept here because the service needs them at every tick."""
    is_followed: bool = False
    """Whether a task applies each edit."""
    progress: str | None = None
    """What remains to be done for the latest edit; None if it is in use."""
    _rechecked: frozenset[str] = frozenset()
    _lock: Lock = field(default_factory=Lock)
    """Held while an article is looked up, perhaps in a thread, and while an edit changes the index."""

    def update(self, config: Config) -> Matcher:
        """Return the matcher, after applying *config* at once. Costs nothing if it is the config in use.

        Inside `following` it returns the matcher of `self.config`, since a task applies each edit.
        """
        if config is not self.config and not self.is_followed:
            changed = self._changed(config)
            with collections_paused() if len(changed) > GC_PAUSE_WATCHES else nullcontext():
                if edit := self._compile(config, changed):
                    for _ in self._install(edit):
                        pass
        return self.matcher

    def candidates(self, document: Document) -> tuple[Candidates, str]:
        """Return the watches that *document* may match, and the hash of their config. May be called in a thread."""
        with self._lock:
            return self.matcher.candidates(document), self.config.hash

    @asynccontextmanager
    async def following(self, current: Callable[[], Config]) -> AsyncIterator[None]:
        """Apply the config that *current* returns, and while the context is open each new one."""
        await self.catch_up(current)
        self.is_followed, task = True, asyncio.create_task(self._follow(current))
        try:
            yield
        finally:
            self.is_followed = False
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _follow(self, current: Callable[[], Config]) -> None:
        """Apply each new config. Never returns, whatever happens."""
        while True:
            try:
                await self.catch_up(current)
            except Exception:
                self.progress = "the latest edit cannot be applied, see the log; the watches before it stay in use"
                log.exception("edit not applied; the watches before it stay in use")
                await asyncio.sleep(RETRY_SECONDS)
            await asyncio.sleep(FOLLOW_SECONDS)

    async def catch_up(self, current: Callable[[], Config]) -> None:
        """Return when the config that *current* returns is in use. The event loop is not held.

        An edit that a later one supersedes while it is compiled is not finished. The edit after it always is: otherwise edits
        that are made faster than they are compiled would never be in use.
        """
        may_supersede = True
        while (config := current()) is not self.config:
            changed = await asyncio.to_thread(self._changed, config)
            with collections_paused() if len(changed) > GC_PAUSE_WATCHES else nullcontext():
                edit = await asyncio.to_thread(self._compile, config, changed, current if may_supersede else None)
                may_supersede = edit is not None
                if edit:
                    await _in_slices(self._install(edit), self._lock)
        self.progress = None

    def _changed(self, config: Config) -> list[Watch]:
        """Return the watches of *config* to compile: new ones, edited ones, and those that depend on what was edited."""
        sets_changed, feeds_changed = config.sets != self.config.sets, config.feeds != self.config.feeds
        return [
            watch
            for watch in config.watches
            if watch != self.watches.get(watch.id)
            or (feeds_changed and watch.id in self._rechecked)
            # A watch that uses a set has an @ in one of its texts.
            or (sets_changed and any(sign in repr(watch) for sign in ATS))
        ]

    def _compile(self, config: Config, changed: Sequence[Watch], current: Callable[[], Config] | None = None) -> _Edit | None:
        """Return the edit to *config*, whose watches *changed*. Changes nothing but *progress*.

        Return None when *current*, if given, returns another config.
        """
        lookups, asked = _recording(self.lookups_for(config))
        watches = {watch.id: watch for watch in config.watches}
        rechecked = set(self._rechecked & watches.keys()) - {watch.id for watch in changed}
        compiled: list[tuple[CompiledWatch, Plan]] = []
        for number, watch in enumerate(changed):
            if current and current() is not config:
                return None
            self._report(number, len(changed))
            asked.clear()
            pair = self._compile_watch(watch, lookups)
            if pair:
                compiled.append(pair)
            if asked or not pair:
                rechecked.add(watch.id)
        removed = frozenset(self.matcher.entries.keys() - watches.keys())
        counted = {watch.id: watch for watch in config.watches if self.is_counted(watch)}
        return _Edit(config, compiled, removed, watches, counted, frozenset(rechecked))

    def _compile_watch(self, watch: Watch, lookups: Lookups) -> tuple[CompiledWatch, Plan] | None:
        """Return *watch* in compiled form and its plan; None, after logging why, if it cannot be used."""
        fields = self.matcher.fields
        try:
            invalid = query_problem(watch, lookups, fields)
            problems = [invalid.message] if invalid else [each.message for each in list_problems(watch, lookups, fields)]
            if not problems:
                compiled = compile_watch(watch, lookups, fields)
                return compiled, self.matcher.plan(compiled)
        except Exception as error:
            # A bug that one watch meets must not keep the others from being used.
            log.exception(KEPT, watch=watch.id, problem=f"it cannot be compiled: {type(error).__name__}: {error}"[:500])
        else:
            log.error(KEPT, watch=watch.id, problem=problems[0])
        return None

    def _install(self, edit: _Edit) -> Iterator[None]:
        """Index the watches of *edit*, put them in force, and remove those that they replace. Yields between short steps."""
        entries: dict[str, Entry] = dict(self.matcher.entries)
        replaced = [entries.pop(removed) for removed in edit.removed]
        for compiled, plan in edit.compiled:
            if old := entries.get(compiled.watch.id):
                replaced.append(old)
            entries[compiled.watch.id] = self.matcher.insert(compiled, plan)
            yield
        self.matcher.put_in_force(entries, replaced)
        self.config, self.watches, self.counted, self._rechecked = edit.config, edit.watches, edit.counted, edit.rechecked
        self.progress = None
        # Removed one by one, so that they are not all freed at once.
        while replaced:
            self.matcher.discard(replaced.pop())
            yield

    def _report(self, done: int, total: int) -> None:
        self.progress = f"compiling watches: {done:,} of {total:,}"
        if done and done % self.progress_watches == 0:
            log.info("compiling watches", done=done, of=total)


def _recording(lookups: Lookups) -> tuple[Lookups, list[str]]:
    """Return *lookups*, and a list to which each text is added that is looked up among the feeds."""
    asked: list[str] = []

    def feed_ids(text: str) -> Iterator[str]:
        asked.append(text)
        return iter(lookups.feed_ids(text))

    return replace(lookups, feed_ids=feed_ids), asked


async def _in_slices(steps: Iterator[None], lock: Lock) -> None:
    """Run *steps* with *lock*, and let other tasks of the event loop run every SLICE_SECONDS."""
    while True:
        # A thread that matches a long article may have the lock.
        has_lock = lock.acquire(blocking=False)
        if has_lock:
            try:
                deadline = time.perf_counter() + SLICE_SECONDS
                for _ in steps:
                    if time.perf_counter() > deadline:
                        break
                else:
                    return
            finally:
                lock.release()
        await asyncio.sleep(0 if has_lock else SLICE_SECONDS)
