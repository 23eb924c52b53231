"""The matcher kept at what the config says: of an edit only what differs is done."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import structlog

from consumers.alerts.matching.compile import compile_watch, problems, query_problem
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.resolve import Lookups
from consumers.alerts.raising.lifecycle import counts
from monitor.config import Config, Watch

MANY = 1000
"""So many watches at once are added with the garbage collector at rest."""

log = structlog.get_logger()


@dataclass
class LiveIndex:
    """The watches in use. One in which something is wrong keeps its last good version, and is left out where it had none."""

    lookups: Callable[[Config], Lookups]
    matcher: Matcher = field(default_factory=Matcher)
    config: Config = field(default_factory=Config)
    known: dict[str, Watch] = field(default_factory=dict)
    counted: tuple[Watch, ...] = ()
    """The watches of which it is counted how often they match."""

    def follow(self, config: Config) -> Matcher:
        """The matcher for *config*."""
        if config is not self.config:
            self._take_over(config)
        return self.matcher

    def _take_over(self, config: Config) -> None:
        lookups = self.lookups(config)
        sets, feeds = config.sets != self.config.sets, config.feeds != self.config.feeds
        for gone in self.known.keys() - {watch.id for watch in config.watches}:
            self.matcher.remove(gone)
            del self.known[gone]
        changed = [
            watch
            for watch in config.watches
            if watch != self.known.get(watch.id) or (sets and "@" in repr(watch)) or (feeds and "feed" in repr(watch))
        ]
        with _uncollected() if len(changed) > MANY else nullcontext():
            for watch in changed:
                self._add(watch, lookups)
        self.config, self.counted = config, tuple(filter(counts, config.watches))

    def _add(self, watch: Watch, lookups: Lookups) -> None:
        self.known[watch.id] = watch
        bad = query_problem(watch, lookups)
        wrong = [bad.said] if bad else [problem.said for problem in problems(watch, lookups)]
        if wrong:
            log.error("a watch is not taken over, its last good version stays", watch=watch.id, problem=wrong[0])
        else:
            self.matcher.add(compile_watch(watch, lookups))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without rounds of the garbage collector, which look at all watches each time: 100,000 load three times as fast.

    What is there afterwards is left out of later rounds, which would stall matching. Watches hold no cycles, and go
    when they are replaced.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
