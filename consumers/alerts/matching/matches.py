"""A watch that matches, and why."""

from dataclasses import dataclass

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.reasons import reasons
from monitor.config import Watch
from monitor.messages import ArticleStories, Reason, health_of


@dataclass(frozen=True, slots=True)
class Match:
    """A watch that matches, and why."""

    watch: Watch
    reasons: tuple[Reason, ...]


def find_matches(matcher: Matcher, message: ArticleStories) -> list[Match]:
    """The watches that *message* matches, in the order of their ids.

    What happens to feeds themselves is for the watches on health alone.
    """
    reading = Document(message)
    found = [query for query in matcher.match(reading) if query.watch.health or not health_of(message.article)]
    matched = sorted(found, key=lambda query: query.watch.id)
    return [Match(query.watch, reasons(query.tree, reading)) for query in matched]
