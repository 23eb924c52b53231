"""Alerts and their versions: when a story raises one, and its contents."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consumers.alerts.raising.state import AlertState
from consumers.alerts.raising.versions import certainty
from monitor.config import Watch
from monitor.messages import Alert, ArticleStories, Counted, Span
from tests.make import START, alert, article_stories, claim
from tests.unit.alerts.harness import AlertsHarness, restored

DAY = 24 * 60


@pytest.fixture
def service() -> AlertsHarness:
    """The service with one watch, for the name Kim."""
    return AlertsHarness(Watch("kim", any=("Kim",), severity="high", to=("desk",)))


def kim(title: str, **other: Any) -> ArticleStories:
    return article_stories(title, "An article about Kim.", **other)


def raised(service: AlertsHarness, message: ArticleStories) -> Alert:
    """Return the one alert that *message* raises."""
    (raised_alert,) = service.process(message)
    return raised_alert


def test_a_story_raises_one_alert_and_a_version_only_for_something_new(service: AlertsHarness) -> None:
    first = raised(service, kim("Kim leaves", outlet="a", claims=(claim("reported", "anonymous"),)))
    assert (first.id, first.version, first.change, first.severity, first.to) == ("kim:s1", 1, "new", "high", ("desk",))
    assert service.process(kim("Kim leaves again", outlet="a", claims=(claim("reported", "anonymous"),))) == []
    second = raised(service, kim("Kim gone", outlet="b"))
    assert (second.version, second.change, second.outlets, second.outlet_count) == (2, "outlet", ("a", "b"), 2)
    denied = raised(service, kim("No visit", outlet="b", claims=(claim("denied", "named", "the Kremlin"),)))
    assert (denied.version, denied.change, denied.stances) == (3, "stance", {"asserted": 1, "denied": 1, "reported": 1})
    correction = kim("Correction: Kim left on Monday", outlet="a", claims=(claim("reported"),))
    corrected = raised(service, correction)
    assert (corrected.version, corrected.change, corrected.article_count) == (4, "correction", 5)
    assert service.process(correction) == []


def test_a_note_in_an_edited_article_is_a_correction_once(service: AlertsHarness) -> None:
    note = "An earlier version of this article misstated the day."
    raised(service, kim("Kim leaves", outlet="a", id="one"))
    edited = article_stories("Kim leaves", f"An article about Kim. {note}", outlet="a", id="one", version=2)
    assert raised(service, edited).change == "correction"
    again = article_stories("Kim leaves", f"An article about Kim, edited. {note}", outlet="a", id="one", version=3)
    assert service.process(again) == []


def test_a_word_such_as_reports_stands_beside_no_source(service: AlertsHarness) -> None:
    claims = claim("reported", "role", "reports"), claim("reported", "role", "officials")
    alert = raised(service, kim("Kim leaves: reports", outlet="a", claims=claims[:1]))
    assert alert.certainty == "1 outlet; reported by an unspecified source"
    second = raised(service, kim("Kim leaves, officials say", outlet="b", claims=claims[1:]))
    assert second.certainty == "2 outlets; reported by officials"


def test_another_story_raises_another_alert(service: AlertsHarness) -> None:
    assert service.process(kim("Kim leaves", story="s1"))
    other = raised(service, kim("Kim cooks", story="s2"))
    assert (other.id, other.version) == ("kim:s2", 1)


def test_backfill_raises_nothing(service: AlertsHarness) -> None:
    assert service.process(kim("Kim leaves", backfill=True)) == []
    assert service.process(kim("Kim leaves", backfill=False))


def test_outlets_beyond_the_listed_ones_are_remembered(service: AlertsHarness) -> None:
    for number in range(30):
        assert service.process(kim(f"Kim {number}", outlet=f"outlet {number}"))
    for number in range(30):
        assert service.process(kim(f"Kim again {number}", outlet=f"outlet {number}")) == []
    latest = service.state.open_alerts["kim:s1"].latest
    assert (latest.outlet_count, len(latest.outlets), len(latest.articles), latest.article_count) == (30, 20, 20, 30)
    assert latest.articles[0].outlet == "outlet 0"


def test_the_state_is_the_fold_of_what_was_published(service: AlertsHarness) -> None:
    for number in range(25):
        service.process(kim(f"Kim {number}", outlet=f"outlet {number % 22}", claims=(claim("reported"),)))
    assert [type(each) for each in service.published].count(Counted) == 3
    assert restored(service.published) == service.state


def test_alerts_of_closed_stories_are_discarded(service: AlertsHarness) -> None:
    service.process(kim("Kim leaves", story="old"))
    service.process(kim("Kim cooks", story="new", minutes=5 * DAY))
    service.tick(5 * DAY)
    assert list(service.state.open_alerts) == ["kim:new"]
    assert list(service.state.closed) == ["kim:old"]
    service.tick(9 * DAY)
    assert list(service.state.closed) == ["kim:new"]


def test_an_alert_stays_open_for_the_retention_after_its_latest_version() -> None:
    state = AlertState()
    state.apply(alert())
    state.apply(alert(2, updated=START + timedelta(days=3)))
    assert list(state.expire(START + timedelta(days=6), timedelta(days=4))) == [None]
    assert list(state.open_alerts) == ["kim:s1"]
    assert list(state.expire(START + timedelta(days=6), timedelta(days=2))) == [None]
    assert state.open_alerts == {}
    assert state.last_version("kim:s1") == 2


def test_what_is_attributed_is_never_told_in_the_outlets_own_voice(service: AlertsHarness) -> None:
    said = replace(claim("said", "named", "Ana Ruiz"), entity="person:ana ruiz", words="Kim is at sea")
    first = raised(service, kim("Kim at sea", outlet="a", claims=(said,)))
    assert first.certainty == "1 outlet; said by Ana Ruiz"
    assert first.stances == {"said": 1}
    (voice,) = first.articles[0].voices
    assert (voice.entity, voice.words) == ("person:ana ruiz", "Kim is at sea")
    second = raised(service, kim("Kim is at sea", outlet="b"))
    assert second.certainty == "2 outlets; said by Ana Ruiz; stated in the outlet's own voice"


def test_what_is_only_said_makes_no_new_version(service: AlertsHarness) -> None:
    said = claim("said", "named", "Ana Ruiz"), claim("said", "named", "Bo Lind")
    assert service.process(kim("Kim leaves", outlet="a", claims=said))
    assert service.process(kim("Kim left", outlet="a", claims=said[:1])) == []
    announced = raised(service, kim("Kim leaves", outlet="a", claims=(claim("announced", "named", "Ana Ruiz"),)))
    assert announced.change == "stance"


def test_a_version_has_the_origins_of_the_story_so_far(service: AlertsHarness) -> None:
    first = raised(service, kim("Kim leaves", outlet="a", claims=(claim("reported", "anonymous", "two officials"),)))
    assert (first.origin_count, first.standing) == (1, "unnamed")
    second = raised(service, kim("Kim gone", outlet="b", claims=(claim("denied", "named", "Ana Ruiz"),), minutes=1))
    assert [(each.who, each.stance) for each in second.origins] == [("two officials", "reported"), ("Ana Ruiz", "denied")]
    assert (second.origin_count, second.standing) == (2, "disputed")
    service.restart()
    third = raised(service, kim("Kim left", outlet="c", claims=(claim("confirmed", "named", "Ana Ruiz"),), minutes=2))
    assert (third.origin_count, third.standing) == (2, "confirmed")
    assert restored(service.published) == service.state


def test_an_alert_without_origins_gets_those_of_its_articles(service: AlertsHarness) -> None:
    first = raised(service, kim("Kim leaves", outlet="a", claims=(claim("reported", "anonymous", "two officials"),)))
    service.published = [replace(first, origins=(), origin_count=None, standing=None)]
    service.restart()
    second = raised(service, kim("Kim gone", outlet="b", claims=(claim("denied", "named", "Ana Ruiz"),)))
    assert (second.origin_count, second.standing) == (2, "disputed")


def test_a_report_on_the_feed_itself_has_no_standing() -> None:
    service = AlertsHarness(Watch("feeds", health=("failing",)))
    health = raised(service, kim("The feed of Kim fails", flags=("health:failing",)))
    assert (health.origins, health.origin_count, health.standing) == ((), None, None)


def test_an_attribution_has_a_source_if_any_claim_of_its_stance_has_one(service: AlertsHarness) -> None:
    claims = (claim("reported", "none"), claim("reported", "role", "harbour police"), claim("reported", "named", "Ana Ruiz"))
    later = tuple(replace(each, cue=Span("text", 9 * number, 9 * number + 4)) for number, each in enumerate(claims))
    assert raised(service, kim("Kim leaves", claims=later)).certainty == "1 outlet; reported by harbour police"


def test_all_sources_of_one_claim_are_named(service: AlertsHarness) -> None:
    claims = (claim("denied", "named", "Pyongyang"), claim("denied", "named", "Moscow"))
    assert raised(service, kim("No talks", claims=claims)).certainty == "1 outlet; denied by Pyongyang and Moscow"


def test_sources_that_say_it_together_are_told_from_another_one(service: AlertsHarness) -> None:
    together = (claim("denied", "named", "Pyongyang"), claim("denied", "named", "Moscow"))
    service.process(kim("No talks", outlet="a", claims=together))
    last = raised(
        service, kim("No visit", outlet="b", claims=(claim("denied", "named", "Ana Ruiz"), claim("announced", "none")))
    )
    assert "denied by Ana Ruiz, and Pyongyang and Moscow" in last.certainty


def test_an_unnamed_source_is_called_one_and_has_its_outlet(service: AlertsHarness) -> None:
    unnamed = replace(claim("reported", "anonymous", "two people at the firm"), through="Harbour Post")
    expected = "1 outlet; reported by two people at the firm (unnamed) through Harbour Post"
    assert raised(service, kim("Kim leaves", claims=(unnamed,))).certainty == expected


def test_certainty_names_the_sources_of_each_stance(service: AlertsHarness) -> None:
    anonymous_and_declined = (claim("reported", "anonymous"), claim("declined", "named", "the Kremlin"))
    service.process(kim("Kim leaves", outlet="a", claims=anonymous_and_declined))
    service.process(kim("No visit", outlet="b", claims=(claim("denied", "role", "a regional official"),)))
    last = raised(service, kim("Visit confirmed", outlet="c", claims=(claim("confirmed", "named", "the Kremlin"),)))
    assert last.certainty.split("; ") == [
        "3 outlets",
        "confirmed by the Kremlin",
        "denied by a regional official",
        "no comment from the Kremlin",
        "reported by unnamed sources",
    ]
    first_report = replace(last.articles[0], voices=last.articles[0].voices[:1])
    assert certainty((first_report,), 1) == "1 outlet; reported by unnamed sources"
