"""The service that raises an alert when something watched appears in a story."""

from collections.abc import Callable, Iterator
from datetime import datetime

from consumers.alerts.backtest.command import backtest_command
from consumers.alerts.command import explain_command
from consumers.alerts.current import Current
from consumers.alerts.decide import on_hit, on_tick
from consumers.alerts.hits import find
from consumers.alerts.lint.command import lint_command
from consumers.alerts.lookups import lookups
from consumers.alerts.memory import Memory
from consumers.alerts.rules.silence import Backlog
from consumers.alerts.versions import closed_after
from consumers.alerts.watches import problems, query_hints, query_problem
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import Alert, ArticleStories, Held, Volume
from monitor.problems import Finding
from monitor.service import Service

commands = (explain_command, backtest_command)
watch_commands = (lint_command,)


def make(config: Callable[[], Config]) -> Service[ArticleStories, Memory]:
    """The service. Its state is the fold of what it has published, for as long as stories are open and watches watched."""
    current, backlog = Current(lookups), Backlog()

    def step(memory: Memory, message: ArticleStories) -> Iterator[Alert | Held | Volume]:
        now = config()
        matcher = current.follow(now)
        backlog.hear(message.article.fetched)
        for hit in find(matcher, message):
            yield from on_hit(memory, hit, message, now.hash)

    def tick(memory: Memory, now: datetime) -> Iterator[Alert | Volume]:
        of = config()
        current.follow(of)
        return on_tick(memory, current.counted, now, of.hash, {"received": utc()}, silent=backlog.over(now))

    return Service(
        "alerts",
        ArticleStories,
        step,
        fresh=lambda _: Memory(),
        apply=lambda memory, body: memory.apply(body, closed_after(config().stories.days)),
        restores=(Held, Alert, Volume),
        keep=lambda: closed_after(config().stories.days),
        tick=tick,
    )


def hints(config: Config) -> list[Finding]:
    """What in the watches' queries may mean something else than was meant."""
    found = lookups(config)
    good = [watch for watch in config.watches if watch.query and query_problem(watch, found) is None]
    return [
        Finding(f"watch {watch.id!r}, query: {hint.said}\n{hint.shown}", watch.id, "query", hint.line, hint.column)
        for watch in good
        for hint in query_hints(watch)
    ]


def check(config: Config) -> list[str | Finding]:
    """What in the watches can never match; each concerns its watch alone."""
    found = lookups(config)
    wrong: list[str | Finding] = [
        Finding(f"watch {watch.id!r}, {problem.key}: {problem.said}", watch.id, problem.key)
        for watch in config.watches
        for problem in problems(watch, found)
    ]
    for watch in config.watches:
        if bad := query_problem(watch, found):
            said = f"watch {watch.id!r}, query: {bad.said}"
            wrong.append(Finding(f"{said}\n{bad.shown}", watch.id, "query", bad.line, bad.column))
    return wrong
