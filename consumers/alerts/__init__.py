"""The service that raises an alert when something watched appears in a story."""

from collections.abc import Callable, Iterable, Iterator

from consumers.alerts.matcher import Matcher, build
from consumers.alerts.query import Lookups, compile_watch, problems
from consumers.alerts.versions import Alerts, closed_after, next_version
from monitor import names, topics
from monitor.config import Config, fingerprint
from monitor.feeds.identity import feed_id
from monitor.messages import Alert, ArticleStories, EntityType
from monitor.service import Service


def make(config: Callable[[], Config]) -> Service[ArticleStories, Alerts]:
    """The service. Its state is the fold of the alerts it has raised, for as long as their stories are open."""
    built: list[tuple[Config, Matcher]] = []

    def matcher(now: Config) -> Matcher:
        if not built or built[0][0] is not now:
            found = lookups(now)
            built[:] = [(now, build(compile_watch(watch, found) for watch in now.watches))]
        return built[0][1]

    def step(state: Alerts, message: ArticleStories) -> Iterator[Alert]:
        now = config()
        for hit in matcher(now).find(message):
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


def check(config: Config) -> list[str]:
    """What in the watches can never match."""
    found = lookups(config)
    return [problem for watch in config.watches for problem in problems(watch, found)]


def lookups(config: Config) -> Lookups:
    """Where the words of the config's watches are looked up."""

    def name(text: str, kind: EntityType) -> str | None:
        known = names.resolve(text, kind)
        return known.id if known else None

    def feeds(text: str) -> Iterable[str]:
        return [feed_id(feed.url) for feed in config.feeds if text in {feed.name, feed.url, feed_id(feed.url)}]

    return Lookups(name, topics.resolve, feeds)
