"""The service that raises an alert when something watched appears in a story."""

from collections.abc import Callable, Iterator

from consumers.alerts.command import explain_command
from consumers.alerts.current import Current
from consumers.alerts.hits import find
from consumers.alerts.lookups import lookups
from consumers.alerts.versions import Alerts, closed_after, next_version
from consumers.alerts.watches import problems, query_hints, query_problem
from monitor.config import Config, fingerprint
from monitor.messages import Alert, ArticleStories
from monitor.problems import Finding
from monitor.service import Service

commands = (explain_command,)


def make(config: Callable[[], Config]) -> Service[ArticleStories, Alerts]:
    """The service. Its state is the fold of the alerts it has raised, for as long as their stories are open."""
    current = Current(lookups)

    def step(state: Alerts, message: ArticleStories) -> Iterator[Alert]:
        now = config()
        matcher = current.follow(now)
        for hit in find(matcher, message):
            known = state.raised.get(f"{hit.watch.id}:{message.story.id}")
            if alert := next_version(known, hit, message, now.hash, fingerprint(hit.watch)):
                yield alert

    return Service(
        "alerts",
        ArticleStories,
        step,
        fresh=lambda _: Alerts(),
        apply=lambda state, alert: state.apply(alert, closed_after(config().stories.days)),
        restores=(Alert,),
        keep=lambda: closed_after(config().stories.days),
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
    """What in the watches can never match; a bad query concerns its watch alone."""
    found = lookups(config)
    wrong: list[str | Finding] = [problem for watch in config.watches for problem in problems(watch, found)]
    for watch in config.watches:
        if bad := query_problem(watch, found):
            said = f"watch {watch.id!r}, query: {bad.said}"
            wrong.append(Finding(f"{said}\n{bad.shown}", watch.id, "query", bad.line, bad.column))
    return wrong
