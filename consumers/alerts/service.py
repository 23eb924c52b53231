"""The alerts service: raises an alert when a watched subject appears in a story."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from consumers.alerts.matching.compile import (
    list_hints,
    list_problems,
    locate_in_list,
    locate_in_query,
    query_hints,
    query_problem,
)
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.matching.script_hints import script_hints
from monitor.clock import utc
from monitor.config import Config
from monitor.config.problems import WatchProblem
from monitor.messages import Alert, ArticleStories, Counted, Held, Volume
from monitor.runtime.measures import Measure, gauge
from monitor.runtime.service import Service
from monitor.text.scripts import boundaries

if TYPE_CHECKING:
    from consumers.alerts.raising.state import AlertState

LONG_ASCII, LONG = 12_000, 4_000
"""Characters above which an article is matched in a thread: one in ASCII, and any other. The slowest take 25 ms."""
JOINING, MANY_JOINING = "&#@-'_", 200
"""Signs that may join words, and their number in an article above which it is matched in a thread. Each takes up to 0.1 ms."""

reads = ArticleStories


def make(config: Callable[[], Config]) -> "Service[ArticleStories, AlertState]":
    """Return the service. Its state is the fold of its own output, limited to open stories and to watches in use."""
    from consumers.alerts.matching.document import Document
    from consumers.alerts.matching.live_index import LiveIndex
    from consumers.alerts.matching.matches import iter_matches
    from consumers.alerts.raising.lifecycle import is_counted, on_match, on_tick
    from consumers.alerts.raising.rules.silence import Backlog, SilenceChecks
    from consumers.alerts.raising.state import AlertState, retention

    index, backlog, checks = LiveIndex(lookups_for, is_counted), Backlog(), SilenceChecks()

    def step(state: AlertState, message: ArticleStories) -> Iterator[Alert | Held | Counted | Volume | None]:
        document = Document(message, index.update(config()).fields)
        # The index may change where the loop lets other tasks run.
        candidates, config_hash = index.candidates(document)
        if not message.article.backfill:
            backlog.add(message.article.fetched)
        for match in iter_matches(candidates, document):
            if match:
                yield from on_match(state, match, message, config_hash)
            yield None

    def tick(state: AlertState, now: datetime) -> Iterator[Alert | Volume | None]:
        index.update(config())
        current, counted = index.config, index.counted
        check_silence = backlog.is_cleared(now) and checks.is_due(now, len(counted))
        yield from state.expire(now, retention(current.stories.days))
        yield from on_tick(state, counted, now, current.hash, {"received": utc()}, check_silence=check_silence)

    return Service(
        "alerts",
        ArticleStories,
        step,
        fresh=lambda _: AlertState(),
        apply=AlertState.apply,
        in_thread=is_long,
        restores=(Held, Alert, Counted, Volume),
        # Closed alerts are remembered for as long again.
        keep=lambda: 2 * retention(config().stories.days),
        tick=tick,
        lifespan=lambda: _prepared(index.following(config)),
        progress=lambda: index.progress,
        measures=_measures,
    )


def _measures(states: "Sequence[AlertState]") -> list[Measure]:
    return [gauge("alerts_open", "Alerts that may get further versions.", sum(len(each.open_alerts) for each in states))]


@asynccontextmanager
async def _prepared(following: AbstractAsyncContextManager[None]) -> AsyncIterator[None]:
    """Enter *following* once the words by which sources are told apart are loaded. Else the first alert would hold the loop."""
    from monitor.origins import load_words

    await asyncio.to_thread(load_words)
    async with following:
        yield


def is_long(message: ArticleStories) -> bool:
    """Return whether *message* may take so long to match that it must not hold the event loop."""
    title, text = message.article.title, message.article.text
    length = len(title) + len(text)
    if length > LONG and (length > LONG_ASCII or not (title.isascii() and text.isascii())):
        return True
    return sum(title.count(sign) + text.count(sign) for sign in JOINING) > MANY_JOINING


def check(config: Config) -> list[str | WatchProblem]:
    """Return the lists and queries that can never match. Each problem concerns a single watch."""
    lookups = lookups_for(config)
    in_lists = [locate_in_list(watch, problem) for watch in config.watches for problem in list_problems(watch, lookups)]
    in_queries = [locate_in_query(watch, error) for watch in config.watches if (error := query_problem(watch, lookups))]
    return [*in_lists, *in_queries]


def hints(config: Config) -> list[WatchProblem]:
    """Return the parts of valid watches that may not mean what their author intended, or whose words cannot be told apart."""
    lookups = lookups_for(config)
    valid = [watch for watch in config.watches if query_problem(watch, lookups) is None]
    in_lists = [locate_in_list(watch, hint) for watch in config.watches for _, hint in list_hints(watch)]
    in_queries = [locate_in_query(watch, hint) for watch in valid if watch.query for _, hint in query_hints(watch)]
    return [*in_lists, *in_queries, *script_hints(valid, lookups, dictionary=boundaries.is_installed())]
