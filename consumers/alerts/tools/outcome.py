"""What `newsmonitor explain` says of an article that matches: what the alerts service made of it, by its output in the log."""

from collections.abc import AsyncIterator
from typing import Literal, NamedTuple, TypeVar

from consumers.alerts.raising.counting import MAX_LISTED
from monitor.bus import Bus, Record
from monitor.cli.shared import decode_all
from monitor.escape import printable
from monitor.messages import Alert, ArticleStories, Counted, Held, Message

M = TypeVar("M", bound=Message)
WHY = {
    "repeat": "its outlet has reported the story before, and it brings nothing new",
    "edit": "it is an edited article of the alert, and the edit brings nothing new",
}
"""Why an article makes no version of an alert."""


class Outcome(NamedTuple):
    """What an article has led to under the alert with the id *alert*.

    *kind* is version, counted or held; none if the log has nothing of it. *version* is that of the alert, *why* the reason for
    making none.
    """

    kind: Literal["version", "counted", "held", "none"]
    alert: str
    version: int | None = None
    why: str | None = None


async def find_outcome(bus: Bus, watch: str, message: ArticleStories) -> Outcome:
    """Return what the alerts service has made of *message*, which the watch with this id matches."""
    alert_id, article = f"{watch}:{message.story.id}", (message.article.id, message.article.version)
    async for alert in _with_key(bus, Alert, alert_id):
        # A first version may list several articles that were held.
        listed = alert.articles if alert.change == "new" else alert.articles[-1:]
        if article in [(each.id, each.version) for each in listed]:
            return Outcome("version", alert_id, alert.version)
    async for counted in _with_key(bus, Counted, alert_id):
        if found := [each for each in counted.articles if (each.id, each.version) == article]:
            return Outcome("counted", alert_id, why=found[0].why)
        if len(counted.articles) == MAX_LISTED and message.article.fetched <= counted.articles[0].fetched:
            return Outcome("counted", alert_id)
    async for held in _with_key(bus, Held, alert_id):
        if article in [(each.id, each.version) for each in held.reports]:
            return Outcome("held", alert_id)
    return Outcome("none", alert_id)


def describe_outcome(outcome: Outcome) -> str:
    """Return *outcome* in one line."""
    alert = printable(outcome.alert)
    match outcome.kind:
        case "version":
            return f"it made version {outcome.version} of the alert {alert}"
        case "counted":
            why = f", since {WHY[outcome.why]}" if outcome.why else "; the list of the latest such articles no longer has it"
            return f"it is counted under the alert {alert} and made no version of it{why}"
        case "held":
            return f"it is held: the alert {alert} is raised once at_least is reached"
        case "none":
            return f"no alert has it (yet): the log holds nothing of it under {alert}"


async def _with_key(bus: Bus, kind: type[M], key: str) -> AsyncIterator[M]:
    """Yield the messages of *kind* that have this key."""
    async for message in decode_all(kind, _records(bus, kind, key)):
        yield message


async def _records(bus: Bus, kind: type[Message], key: str) -> AsyncIterator[Record]:
    async for record in bus.replay(kind.STREAM.name, None):
        if record.key == key:
            yield record
