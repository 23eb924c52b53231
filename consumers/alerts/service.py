"""The service that raises an alert when something watched appears in a story."""

from collections.abc import Callable, Iterator
from datetime import datetime

from consumers.alerts.matching.compile import list_problems, query_hints, query_problem
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.raising.lifecycle import counts, on_match, on_tick
from consumers.alerts.raising.rules.silence import Backlog
from consumers.alerts.raising.state import AlertState
from consumers.alerts.raising.versions import closed_after
from consumers.alerts.tools.backtest.command import backtest_command
from consumers.alerts.tools.explain_command import explain_command
from consumers.alerts.tools.lint.command import lint_command
from monitor.clock import utc
from monitor.config import Config
from monitor.config.problems import WatchProblem
from monitor.messages import Alert, ArticleStories, Held, Volume
from monitor.runtime.service import Service

commands = (explain_command, backtest_command)
watch_commands = (lint_command,)

reads = ArticleStories


def make(config: Callable[[], Config]) -> Service[ArticleStories, AlertState]:
    """The service. Its state is the fold of what it has published, for as long as stories are open and watches watched."""
    current, backlog = LiveIndex(lookups_for, counts), Backlog()

    def step(memory: AlertState, message: ArticleStories) -> Iterator[Alert | Held | Volume]:
        now = config()
        matcher = current.update(now)
        backlog.hear(message.article.fetched)
        for hit in find_matches(matcher, message):
            yield from on_match(memory, hit, message, now.hash)

    def tick(memory: AlertState, now: datetime) -> Iterator[Alert | Volume]:
        of = config()
        current.update(of)
        return on_tick(memory, current.counted, now, of.hash, {"received": utc()}, silent=backlog.over(now))

    return Service(
        "alerts",
        ArticleStories,
        step,
        fresh=lambda _: AlertState(),
        apply=lambda memory, body: memory.apply(body, closed_after(config().stories.days)),
        restores=(Held, Alert, Volume),
        keep=lambda: closed_after(config().stories.days),
        tick=tick,
    )


def hints(config: Config) -> list[WatchProblem]:
    """What in the watches' queries may mean something else than was meant."""
    found = lookups_for(config)
    good = [watch for watch in config.watches if watch.query and query_problem(watch, found) is None]
    return [
        WatchProblem(f"watch {watch.id!r}, query: {hint.message}\n{hint.context}", watch.id, "query", hint.line, hint.column)
        for watch in good
        for hint in query_hints(watch)
    ]


def check(config: Config) -> list[str | WatchProblem]:
    """What in the watches can never match; each concerns its watch alone."""
    found = lookups_for(config)
    wrong: list[str | WatchProblem] = [
        WatchProblem(f"watch {watch.id!r}, {problem.key}: {problem.message}", watch.id, problem.key)
        for watch in config.watches
        for problem in list_problems(watch, found)
    ]
    for watch in config.watches:
        if bad := query_problem(watch, found):
            said = f"watch {watch.id!r}, query: {bad.message}"
            wrong.append(WatchProblem(f"{said}\n{bad.context}", watch.id, "query", bad.line, bad.column))
    return wrong
