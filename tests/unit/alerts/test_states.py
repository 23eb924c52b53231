"""The states of an alert, and the versions that a development or another standing of its story makes."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.config import Watch
from monitor.format import describe_change
from monitor.messages import Alert, ArticleStories, Claim, Development, Span, Topic
from tests.make import START, article_stories, claim, entity
from tests.unit.alerts.harness import AlertsHarness

WORDS = "Two people died."


@pytest.fixture
def service() -> AlertsHarness:
    """The service with one watch, for the quay."""
    return AlertsHarness(Watch("quay", any=("quay",)))


def quay(outlet: str, *claims: Claim, developments: tuple[Development, ...] = (), **other: Any) -> ArticleStories:
    message = article_stories("The quay is shut", f"The quay. {WORDS}", outlet=outlet, claims=claims, **other)
    return replace(message, developments=developments)


def raised(service: AlertsHarness, message: ArticleStories) -> Alert:
    """Return the one alert that *message* raises."""
    (alert,) = service.process(message)
    return alert


def test_new_facts_make_a_version_whoever_brings_them(service: AlertsHarness) -> None:
    first = raised(service, quay("a", published=START))
    assert (first.change, first.state, first.published) == ("new", "raised", START)
    toll = Development("number", WORDS, Span("text", 10, 10 + len(WORDS)))
    second = raised(service, quay("a", developments=(toll,)))
    assert (second.change, second.state, second.developments) == ("development", "developed", (toll,))
    assert describe_change(second) == "a adds: Two people died."
    assert service.process(quay("a")) == []


def test_the_first_version_has_no_development(service: AlertsHarness) -> None:
    toll = Development("number", WORDS, Span("text", 10, 10 + len(WORDS)))
    assert raised(service, quay("a", developments=(toll,))).developments == ()


def test_the_states_follow_the_origins(service: AlertsHarness) -> None:
    versions = [
        raised(service, quay("a", claim("reported", "anonymous", "two dockers"))),
        raised(service, quay("b", claim("reported", "named", "Ana Ruiz"))),
        raised(service, quay("c", claim("denied", "named", "Bo Lind"))),
        raised(service, quay("d", claim("confirmed", "named", "Cy Oda"), minutes=5)),
    ]
    assert [each.state for each in versions] == ["raised", "corroborated", "disputed", "confirmed"]
    assert [each.change for each in versions] == ["new", "standing", "stance", "stance"]
    assert describe_change(versions[1]) == "now from a second source (b): The quay is shut"


def test_a_denial_that_nobody_contradicts_is_a_state(service: AlertsHarness) -> None:
    raised(service, quay("a"))
    denial = raised(service, quay("b", claim("denied", "named", "Ana Ruiz")))
    assert (denial.change, denial.state) == ("stance", "denied")


def test_an_alert_is_closed_after_a_time_without_versions_and_begins_anew(service: AlertsHarness) -> None:
    first = raised(service, quay("a", claim("denied", "named", "Ana Ruiz")))
    days = service.config.stories.days + 1
    service.tick(minutes=days * 24 * 60 - 1)
    assert service.state.open_alerts.keys() == {first.id}
    service.tick(minutes=days * 24 * 60 + 1)
    assert not service.state.open_alerts
    again = raised(service, quay("a", minutes=days * 24 * 60 + 2))
    assert (again.version, again.change, again.state) == (2, "new", "raised")


def test_another_standing_is_a_version_though_the_outlet_and_the_stance_are_known(service: AlertsHarness) -> None:
    raised(service, quay("a", claim("said", "anonymous", "two dockers")))
    named = raised(service, quay("a", claim("said", "named", "Ana Ruiz")))
    assert (named.change, named.standing) == ("standing", "reported")


def test_a_correction_is_a_state(service: AlertsHarness) -> None:
    raised(service, quay("a"))
    corrected = article_stories("Correction: the quay is open", "The quay is open.", outlet="a")
    assert raised(service, corrected).state == "corrected"
    assert raised(service, quay("b")).state == "raised"


def test_a_version_tells_whom_its_article_names(service: AlertsHarness) -> None:
    message = quay("a", entities=(entity("Ana Ruiz"),), topics=(Topic("medtop:11000000", "politics", 0.5, ()),))
    alert = raised(service, message)
    assert [(each.id, each.type, each.name) for each in alert.entities] == [("person:ana ruiz", "person", "Ana Ruiz")]
    assert [(each.code, each.name) for each in alert.topics] == [("medtop:11000000", "politics")]
    assert alert.language == "en"
