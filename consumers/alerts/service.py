"""The alerts service: raises an alert when a watched subject appears in a story."""

from collections.abc import Callable, Iterator
from datetime import datetime

from consumers.alerts.matching.compile import list_problems, query_hints, query_problem
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.raising.lifecycle import counts, on_match, on_tick
from consumers.alerts.raising.rules.silence import Backlog
from consumers.alerts.raising.state import AlertState, retention
from consumers.alerts.tools.backtest.command import backtest_command
from consumers.alerts.tools.explain import explain_command
from consumers.alerts.tools.lint.command import lint_command
from monitor.clock import utc
from monitor.config import Config, Watch
from monitor.config.problems import WatchProblem
from monitor.messages import Alert, ArticleStories, Held, Volume
from monitor.runtime.service import Service

commands = (explain_command, backtest_command)
watch_commands = (lint_command,)

reads = ArticleStories


def make(config: Callable[[], Config]) -> Service[ArticleStories, AlertState]:
    """Return the service. Its state is the fold of what it has published while stories are open and watches are in use."""
    index, backlog = LiveIndex(lookups_for, counts), Backlog()

    def step(state: AlertState, message: ArticleStories) -> Iterator[Alert | Held | Volume]:
        current = config()
        matcher = index.update(current)
        backlog.add(message.article.fetched)
        for match in find_matches(matcher, message):
            yield from on_match(state, match, message, current.hash)

    def tick(state: AlertState, now: datetime) -> Iterator[Alert | Volume]:
        current = config()
        index.update(current)
        cleared = backlog.is_cleared(now)
        return on_tick(state, index.counted, now, current.hash, {"received": utc()}, check_silence=cleared)

    return Service(
        "alerts",
        ArticleStories,
        step,
        fresh=lambda _: AlertState(),
        apply=lambda state, message: state.apply(message, retention(config().stories.days)),
        restores=(Held, Alert, Volume),
        keep=lambda: retention(config().stories.days),
        tick=tick,
    )


def check(config: Config) -> list[str | WatchProblem]:
    """Return what in the watches can never match. Each problem concerns one watch alone."""
    names = lookups_for(config)
    in_lists = [
        WatchProblem(f"watch {watch.id!r}, {problem.key}: {problem.message}", watch.id, problem.key)
        for watch in config.watches
        for problem in list_problems(watch, names)
    ]
    in_queries = [_query_problem(watch, bad) for watch in config.watches if (bad := query_problem(watch, names))]
    return [*in_lists, *in_queries]


def hints(config: Config) -> list[WatchProblem]:
    """Return the parts of valid queries that may not mean what their author intended."""
    names = lookups_for(config)
    valid = [watch for watch in config.watches if watch.query and query_problem(watch, names) is None]
    return [_query_problem(watch, hint) for watch in valid for hint in query_hints(watch)]


def _query_problem(watch: Watch, bad: InvalidQuery) -> WatchProblem:
    text = f"watch {watch.id!r}, query: {bad.message}\n{bad.context}"
    return WatchProblem(text, watch.id, "query", bad.line, bad.column)
