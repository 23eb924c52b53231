"""A watch that matches, and why."""

from dataclasses import dataclass

from consumers.alerts.matcher import Matcher
from consumers.alerts.reading import Reading
from consumers.alerts.reasons import reasons
from monitor.config import Watch
from monitor.messages import ArticleStories, Reason, health_of


@dataclass(frozen=True, slots=True)
class Hit:
    """A watch that matches, and why."""

    watch: Watch
    reasons: tuple[Reason, ...]


def find(matcher: Matcher, message: ArticleStories) -> list[Hit]:
    """The watches that *message* matches, in the order of their ids.

    What happens to feeds themselves is for the watches on health alone.
    """
    reading = Reading(message)
    found = [query for query in matcher.match(reading) if query.watch.health or not health_of(message.article)]
    matched = sorted(found, key=lambda query: query.watch.id)
    return [Hit(query.watch, reasons(query.tree, reading)) for query in matched]
