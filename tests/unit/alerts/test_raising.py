"""Watches, and the alerts that they raise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.alerts.matching.compile import compile_watch, list_problems
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import Match, find_matches
from consumers.alerts.query.fields import Lookups
from consumers.alerts.raising.versions import Alerts, certainty, next_version
from monitor.config import Watch
from monitor.messages import Alert, ArticleStories, EntityType, Reason, Span, Topic
from tests.make import claim, entity, told

SUMMITS = Topic("medtop:20000639", "summit meetings", 0.4, ("medtop:20000638", "medtop:11000000"))


def known(name: str, kind: EntityType) -> str | None:
    return {("Kim Jong Un", "person"): "Q56226", ("Kim Jong-un", "person"): "Q56226"}.get((name, kind))


LOOKUPS = Lookups(
    entity_id=known,
    topic_code={"politics and government": "medtop:11000000", "medtop:20000639": "medtop:20000639"}.get,
    feed_ids=lambda name: {"Example": ["example.org/world.rss"]}.get(name, []),
    alias_sets={},
)


def matcher(*watches: Watch) -> Matcher:
    found = Matcher()
    for watch in watches:
        found.add(compile_watch(watch, LOOKUPS))
    return found


def matches(watch: Watch, message: ArticleStories) -> bool:
    return bool(find_matches(matcher(watch), message))


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("Kim Jong Un", "The train of Kim Jong-un has left.", True),
        ("Kim Jong-un", "KIM JONG UN arrived.", True),
        ("Kim Jong-un", "Kim Jongun arrived.", True),
        ("Kim", "Kim's train left.", True),
        ("Kim", "Kimchi is served.", False),
        ("summit", "Nothing at the summits.", False),
        ("김정은", "김정은이 출발했다", True),
        ("Путин", "Владимир ПУТИН прибыл", True),
        ("São Paulo", "Sao Paulo votes", True),
        ("Kim Jong Un", "Kim and Jong-un", False),
    ],
)
def test_phrases_match_whole_words_however_they_are_written(phrase: str, text: str, *, expected: bool) -> None:
    assert matches(Watch("w", any=(phrase,)), told("Title", text)) is expected


def test_all_and_none_narrow_down() -> None:
    watch = Watch("w", any=("summit", "talks"), all=("Kim",), none=("mountain",))
    assert matches(watch, told("Kim at the summit"))
    assert matches(watch, told("Kim", "The talks go on."))
    assert not matches(watch, told("A summit"))
    assert not matches(watch, told("Kim at the summit of the mountain"))


def test_entities_match_by_id_and_by_name() -> None:
    message = told("Kim arrives", entities=(entity("Kim Jong Un", ident="Q56226"), entity("Lee Nobody")))
    assert matches(Watch("w", person=("Kim Jong-un",)), message)
    assert matches(Watch("w", person=("Q56226",)), message)
    assert matches(Watch("w", person=("lee nobody",)), message)
    assert not matches(Watch("w", org=("Kim Jong-un",)), message)
    assert not matches(Watch("w", person=("Kim",)), message)


def test_topics_match_with_all_that_is_narrower() -> None:
    message = told("A meeting", topics=(SUMMITS,))
    assert matches(Watch("w", topic=("politics and government",)), message)
    assert matches(Watch("w", topic=("medtop:20000639",)), message)
    assert not matches(Watch("w", topic=("politics and government",), any=("train",)), message)


def test_scope_limits_feeds_and_languages() -> None:
    assert matches(Watch("w", any=("title",), feeds=("Example",)), told())
    assert not matches(Watch("w", any=("title",), feeds=("Example",)), told(feed="example.com/other"))
    assert matches(Watch("w", any=("title",), lang=("de",)), told(language="de"))
    assert not matches(Watch("w", any=("title",), lang=("de",)), told(language="en"))


def test_reasons_tell_clause_term_words_and_place() -> None:
    watches = matcher(Watch("w", any=("Kim Jong-un",), topic=("politics and government",)))
    (hit,) = find_matches(watches, told("Now", "Train of KIM JONG UN.", topics=(SUMMITS,)))
    assert hit.reasons == (
        Reason("any", "Kim Jong-un", "KIM JONG UN", Span("text", 9, 20)),
        Reason("topic", "politics and government", "summit meetings", None),
    )


def test_what_can_never_match_is_told_with_a_remedy() -> None:
    found = list_problems(Watch("w", any=("...",), topic=("polticks",), feeds=("Nowhere",)), LOOKUPS)
    assert [problem.key for problem in found] == ["any", "topic", "feeds"]
    assert list_problems(Watch("w", any=("Kim",), topic=("politics and government",), feeds=("Example",)), LOOKUPS) == []


class Desk:
    """Raises alerts for one watch, as the service does."""

    def __init__(self) -> None:
        self.alerts, self.watch = Alerts(), Watch("kim", any=("Kim",), severity="high", to=("desk",))

    def hear(self, message: ArticleStories) -> Alert | None:
        """Take an article in; the alert it brings."""
        hit = Match(self.watch, (Reason("any", "Kim", "Kim", None),))
        alert = next_version(self.alerts.raised.get(f"kim:{message.story.id}"), hit, message, "config", "watch")
        if alert:
            self.alerts.apply(alert, timedelta(days=4))
        return alert


def test_a_story_is_told_once_and_again_only_with_something_new() -> None:
    desk = Desk()
    first = desk.hear(told("Kim leaves", outlet="a", claims=(claim("reported", "anonymous"),)))
    assert first
    assert (first.id, first.version, first.change, first.severity, first.to) == ("kim:s1", 1, "new", "high", ("desk",))
    assert desk.hear(told("Kim leaves again", outlet="a", claims=(claim("reported", "anonymous"),))) is None
    second = desk.hear(told("Kim gone", outlet="b"))
    assert second
    assert (second.version, second.change, second.outlets, second.outlet_count) == (2, "outlet", ("a", "b"), 2)
    denied = desk.hear(told("No visit", outlet="b", claims=(claim("denied", "named", "the Kremlin"),)))
    assert denied
    assert (denied.version, denied.change, denied.stances) == (3, "stance", {"asserted": 1, "denied": 1, "reported": 1})
    corrected = desk.hear(told("Correction: Kim left on Monday", outlet="a", claims=(claim("reported"),)))
    assert corrected
    assert (corrected.version, corrected.change, corrected.article_count) == (4, "correction", 4)
    assert desk.hear(told("Correction: Kim left on Monday", outlet="a", claims=(claim("reported"),))) is None


def test_another_story_is_another_alert() -> None:
    desk = Desk()
    assert desk.hear(told("Kim leaves", story="s1"))
    other = desk.hear(told("Kim cooks", story="s2"))
    assert other
    assert (other.id, other.version) == ("kim:s2", 1)


def test_what_was_there_before_raises_nothing() -> None:
    desk = Desk()
    assert desk.hear(told("Kim leaves", backfill=True)) is None
    assert desk.hear(told("Kim leaves", backfill=False))


def test_more_outlets_than_are_listed_are_still_known() -> None:
    desk = Desk()
    for number in range(30):
        assert desk.hear(told(f"Kim {number}", outlet=f"outlet {number}"))
    for number in range(30):
        assert desk.hear(told(f"Kim again {number}", outlet=f"outlet {number}")) is None
    alert = desk.alerts.raised["kim:s1"].alert
    assert (alert.outlet_count, len(alert.outlets), len(alert.articles), alert.article_count) == (30, 20, 20, 30)
    assert alert.articles[0].outlet == "outlet 0"


def test_the_fold_of_what_was_published_is_the_state() -> None:
    desk, restored = Desk(), Alerts()
    for number in range(25):
        if alert := desk.hear(told(f"Kim {number}", outlet=f"outlet {number % 22}", claims=(claim("reported"),))):
            restored.apply(alert, timedelta(days=4))
    assert restored == desk.alerts


def test_alerts_of_closed_stories_are_forgotten() -> None:
    desk = Desk()
    desk.hear(told("Kim leaves", story="old"))
    desk.hear(told("Kim cooks", story="new", minutes=5 * 24 * 60))
    assert list(desk.alerts.raised) == ["kim:new"]


def test_certainty_tells_who_says_what() -> None:
    desk = Desk()
    desk.hear(
        told("Kim leaves", outlet="a", claims=(claim("reported", "anonymous"), claim("declined", "named", "the Kremlin")))
    )
    desk.hear(told("No visit", outlet="b", claims=(claim("denied", "role", "a regional official"),)))
    last = desk.hear(told("Visit confirmed", outlet="c", claims=(claim("confirmed", "named", "the Kremlin"),)))
    assert last
    assert last.certainty.split("; ") == [
        "3 outlets",
        "confirmed by the Kremlin",
        "denied by a regional official",
        "no comment from the Kremlin",
        "reported by unnamed sources",
    ]
    alone = replace(last.articles[0], voices=last.articles[0].voices[:1])
    assert certainty((alone,), 1) == "1 outlet; reported by unnamed sources"
