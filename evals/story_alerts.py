"""The alerts of watches on the main entity of each story, as the stories of Wikinews come in by day.

Each article that matches a watch must make a version of an alert (told) or be counted under the open one (counted). One that
does neither is lost, and an alert whose newest record has another number of articles is miscounted. Neither may happen.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from evals.figures import make_random, mean, share
from evals.sets import Row
from evals.stories import orders, place, read_wikinews, recognise
from monitor.config import Config, Watch
from monitor.messages import Alert, ArticleStories, ArticleTopics, Counted, Entity, Message
from monitor.runtime import registry

Outcome = Literal["told", "counted", "lost"]
SPACING = timedelta(seconds=1)
"""The time between two articles. The set has only their days."""


@dataclass(frozen=True, slots=True)
class MatchOutcome:
    """What becomes of an *article* that matches a *watch*; *alert* is the id of the alert that it belongs to."""

    watch: str
    article: str
    alert: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class AlertLog:
    """What becomes of each match, and the number of articles in the newest record of each alert.

    An alert that is closed and begins anew has a number for each time at which it was raised.
    """

    matches: Sequence[MatchOutcome]
    counts: Mapping[tuple[str, datetime], int]

    @property
    def miscounted(self) -> int:
        """The number of alerts whose records count another number of articles than have matched."""
        matched, counted = Counter(each.alert for each in self.matches), Counter[str]()
        for (alert_id, _), count in self.counts.items():
            counted[alert_id] += count
        return sum(matched[alert_id] != counted[alert_id] for alert_id in matched | counted)


def wikinews(folder: Path) -> Iterator[Row]:
    """Yield a row of the matches of each watch in its own story, and one of all matches. Raises ValueError for no article."""
    samples = read_wikinews(folder)
    if not samples:
        raise ValueError("there is no article in it")
    recognised, _ = asyncio.run(recognise(samples))
    expected = {message.key: sample.story for message, sample in zip(recognised, samples, strict=True)}
    outlets = {message.key: sample.outlet for message, sample in zip(recognised, samples, strict=True)}
    (in_order, *_) = orders(recognised, is_dated=all(sample.day for sample in samples))
    messages = [
        replace(each, article=replace(each.article, outlet=outlets[each.key], fetched=each.article.fetched + number * SPACING))
        for number, each in enumerate(in_order)
    ]
    watches = watches_of(messages, expected)
    return report(raise_alerts(place(messages), Config(watches=tuple(watches))), expected)


def watches_of(messages: Iterable[ArticleTopics], expected: Mapping[str, str]) -> list[Watch]:
    """Return a watch for each story in *expected* on its main entity: the one that most of its articles are about.

    Among several it is the one that more articles name, then the one that is named more often. A story without an entity has no
    watch. The id is that of the story.
    """
    stories: dict[str, list[Entity]] = {}
    for message in messages:
        stories.setdefault(expected[message.key], []).extend(message.entities)
    return [
        Watch(story, query=f'{main.type}:"{main.name.replace(chr(34), " ")}"')
        for story, entities in sorted(stories.items())
        if (main := _main_entity(entities))
    ]


def _main_entity(entities: Iterable[Entity]) -> Entity | None:
    groups: dict[str, list[Entity]] = {}
    for each in entities:
        groups.setdefault(each.id, []).append(each)

    def importance(group: Sequence[Entity]) -> tuple[int, int, int]:
        return sum(each.about for each in group), len(group), sum(each.count for each in group)

    return max(groups.values(), key=importance)[0] if groups else None


def raise_alerts(messages: Iterable[ArticleStories], config: Config) -> AlertLog:
    """Return what the alerts service makes of *messages*, in their order."""
    (service,) = registry.make(["alerts"], lambda: config)
    lookups, matcher = lookups_for(config), Matcher()
    for watch in config.watches:
        matcher.add(compile_watch(watch, lookups))
    state, matches, counts = service.fresh(lambda _: True), list[MatchOutcome](), dict[tuple[str, datetime], int]()
    for message in messages:
        ticked = service.tick(state, message.article.fetched) if service.tick else ()
        step = cast("Iterable[Message]", service.step(state, message))
        outputs: list[Any] = []
        for each in (*ticked, *step):
            if each is not None:
                service.apply(state, each)
                outputs.append(each)
        counts |= {(each.id, each.raised): each.article_count for each in outputs if isinstance(each, Alert | Counted)}
        watches = [match.watch.id for match in find_matches(matcher, message)]
        matches += [_outcome(watch, message, outputs) for watch in watches]
    return AlertLog(matches, counts)


def _outcome(watch: str, message: ArticleStories, outputs: Iterable[Any]) -> MatchOutcome:
    alert_id = f"{watch}:{message.story.id}"
    records = [each for each in outputs if isinstance(each, Alert | Counted) and each.id == alert_id]
    listed = [each for each in records if each.articles[-1].id == message.key]
    outcome: Outcome = "lost" if not listed else "told" if isinstance(listed[-1], Alert) else "counted"
    return MatchOutcome(watch, message.key, alert_id, outcome)


def report(log: AlertLog, expected: Mapping[str, str]) -> Iterator[Row]:
    """Yield the rows of *log*. *expected* has the story of each article by its id; a story and its watch have one id."""
    own = [each for each in log.matches if expected[each.article] == each.watch]
    stories = sorted({each.watch for each in own})
    alerts = [float(len({each.alert for each in own if each.watch == story})) for story in stories]
    versions = [float(sum(each.watch == story and each.outcome == "told" for each in own)) for story in stories]
    matched = {each.article for each in own}
    yield {
        "of": "watches in their own stories",
        "stories": len(stories),
        "articles": len(expected),
        **mean("alerts per story", alerts, make_random()),
        **mean("versions per story", versions, make_random()),
        **mean("matched", [float(each in matched) for each in expected], make_random()),
        **_shares(own),
    }
    yield {
        "of": "all matches",
        "matches": len(log.matches),
        "alerts": len({each.alert for each in log.matches}),
        "miscounted": log.miscounted,
        **_shares(log.matches),
    }


def _shares(matches: Sequence[MatchOutcome]) -> Mapping[str, float]:
    """Return the share of each outcome of *matches*. Samples are drawn of whole watches."""
    figures: dict[str, float] = {}
    outcomes: tuple[Outcome, ...] = ("told", "counted", "lost")
    for outcome in outcomes:
        by_watch: dict[str, list[float]] = {}
        for each in matches:
            counts = by_watch.setdefault(each.watch, [0.0, 0.0])
            counts[0] += each.outcome == outcome
            counts[1] += 1
        figures |= share(outcome, list(by_watch.values()), make_random())
    return figures
