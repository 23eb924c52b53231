"""A matcher that follows edits of the config: only the watches that change are compiled and indexed again."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import structlog

from consumers.alerts.matching.compile import compile_watch, list_problems, query_problem
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.query.fields import Lookups
from monitor.config import Config, Watch

GC_PAUSE_WATCHES = 1000
"""If more watches than this change at once, the garbage collector pauses while they are added."""

log = structlog.get_logger()


@dataclass
class LiveIndex:
    """The matcher of the config in use. It keeps the last valid version of an invalid watch, if there is one."""

    lookups_for: Callable[[Config], Lookups]
    is_counted: Callable[[Watch], bool] = lambda _: False
    """Return whether the matches of a watch are counted."""
    matcher: Matcher = field(default_factory=Matcher)
    config: Config = field(default_factory=Config)
    watches: dict[str, Watch] = field(default_factory=dict)
    """The watches of *config* by id, valid or not."""
    counted: tuple[Watch, ...] = ()
    """The watches for which *is_counted* is true. Kept here because the service needs them at every tick."""

    def update(self, config: Config) -> Matcher:
        """Return the matcher for *config*. Costs nothing if *config* is the same object as before."""
        if config is not self.config:
            self._apply(config)
        return self.matcher

    def _apply(self, config: Config) -> None:
        lookups = self.lookups_for(config)
        sets_changed, feeds_changed = config.sets != self.config.sets, config.feeds != self.config.feeds
        for removed in self.watches.keys() - {watch.id for watch in config.watches}:
            self.matcher.remove(removed)
            del self.watches[removed]
        # A watch that uses a set has an @ in one of its texts.
        changed = [
            watch
            for watch in config.watches
            if feeds_changed or watch != self.watches.get(watch.id) or (sets_changed and "@" in repr(watch))
        ]
        with _gc_paused() if len(changed) > GC_PAUSE_WATCHES else nullcontext():
            for watch in changed:
                self._add(watch, lookups)
        self.config, self.counted = config, tuple(filter(self.is_counted, config.watches))

    def _add(self, watch: Watch, lookups: Lookups) -> None:
        self.watches[watch.id] = watch
        fields = self.matcher.fields
        invalid = query_problem(watch, lookups, fields)
        problems = [invalid.message] if invalid else [each.message for each in list_problems(watch, lookups, fields)]
        if problems:
            log.error("an invalid watch keeps its last valid version", watch=watch.id, problem=problems[0])
        else:
            self.matcher.add(compile_watch(watch, lookups, fields))


@contextmanager
def _gc_paused() -> Iterator[None]:
    """Pause the garbage collector: 100,000 watches load three times as fast, because each collection visits all of them.

    Afterwards all objects are exempt from collections, which would stall matching. Watches contain no reference cycles, so
    they are still freed when they are replaced.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
