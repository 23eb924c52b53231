"""A matcher that follows edits of the config: only the watches that changed are compiled and indexed again."""

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
"""If more watches than this change at once, the garbage collector is paused while they are added."""

log = structlog.get_logger()


@dataclass
class LiveIndex:
    """The watches in use. An invalid watch keeps its last valid version; if there is none, it is left out."""

    lookups_for: Callable[[Config], Lookups]
    is_counted: Callable[[Watch], bool] = lambda _: False
    """Whether a watch belongs in *counted*."""
    matcher: Matcher = field(default_factory=Matcher)
    config: Config = field(default_factory=Config)
    watches: dict[str, Watch] = field(default_factory=dict)
    """The watches of *config* by id, valid or not."""
    counted: tuple[Watch, ...] = ()
    """The watches for which matches are counted. Kept here because it is needed at every tick."""

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
