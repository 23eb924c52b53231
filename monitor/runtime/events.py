"""The events that published messages stand for, and how /metrics counts them: a row for each count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.messages import WATCH_CHANGES, Alert, ArticleBackfill, ArticleRaw, Counted, Delivery, Held, Message, health_of

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventCount:
    """A metric that counts events: its name, help text and *labels*.

    *values* has a function for each class of messages that stand for such an event. It returns the values of the labels, or
    None if this message stands for no event. Only the exact class counts: later stages of an article are no further articles.
    """

    name: str
    text: str
    labels: Labels
    values: Mapping[type[Message], Callable[[Any], Labels | None]]


def _article(article: ArticleRaw) -> Labels:
    return ("health" if health_of(article.article) else "news",)


def _match(alert: Alert) -> Labels | None:
    return None if alert.change in WATCH_CHANGES else ("alert",)


EVENTS = (
    EventCount(
        "articles",
        "Articles published by the poller, by kind: news, backfill, or health of a feed.",
        ("kind",),
        {ArticleRaw: _article, ArticleBackfill: lambda _: ("backfill",)},
    ),
    EventCount(
        "alert_versions",
        "Versions of alerts, by what they bring.",
        ("change", "severity"),
        {Alert: lambda alert: (alert.change, alert.severity)},
    ),
    EventCount(
        "matches",
        "Matches of an article and a watch, by result: a version of an alert, held, or only counted.",
        ("result",),
        {Alert: _match, Held: lambda _: ("held",), Counted: lambda _: ("counted",)},
    ),
    EventCount(
        "deliveries",
        "States of deliveries, by target.",
        ("target", "state"),
        {Delivery: lambda delivery: (delivery.target, delivery.state)},
    ),
)
