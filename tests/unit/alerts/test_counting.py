"""An article that matches and brings nothing new makes no version of the alert, and is counted and listed under it."""

from typing import Any

from monitor.config import Watch
from monitor.format import format_counted
from monitor.messages import ArticleStories, Counted
from tests.make import article_stories
from tests.unit.alerts.harness import AlertsHarness, restored

WATCH = Watch("quay", any=("quay",))
DAY = 24 * 60


def quay(title: str, **other: Any) -> ArticleStories:
    return article_stories(title, "An article about the quay.", **other)


def counted(service: AlertsHarness) -> Counted:
    """Return the newest record of the articles that made no version."""
    return [each for each in service.published if isinstance(each, Counted)][-1]


def test_an_article_with_nothing_new_is_counted_and_listed_under_the_alert() -> None:
    service = AlertsHarness(WATCH)
    service.process(quay("Quay closed", outlet="a"))
    assert service.process(quay("Quay shut", outlet="a", minutes=5)) == []
    record = counted(service)
    assert (record.id, record.version, record.article_count) == ("quay:s1", 1, 2)
    assert [(each.title, each.why) for each in record.articles] == [("Quay shut", "repeat")]
    (second,) = service.process(quay("Quay closed, too", outlet="b", minutes=6))
    assert (second.version, second.article_count) == (2, 3)
    assert service.process(quay("Quay shut again", outlet="b", minutes=7)) == []
    record = counted(service)
    assert (record.version, record.article_count, len(record.articles)) == (2, 4, 2)
    assert record.last == record.articles[-1].fetched


def test_an_edited_article_counts_once() -> None:
    service = AlertsHarness(WATCH)
    service.process(quay("Quay closed", outlet="a", id="one"))
    service.process(quay("Quay closed for a day", outlet="a", id="one", version=2))
    assert [(each.version, each.why) for each in counted(service).articles] == [(2, "edit")]
    service.process(quay("Quay shut", outlet="a", id="two"))
    service.process(quay("Quay shut for a day", outlet="a", id="two", version=2))
    record = counted(service)
    assert [(each.id, each.version, each.why) for each in record.articles] == [("one", 2, "edit"), ("two", 2, "edit")]
    assert record.article_count == 2
    (other,) = service.process(quay("Quay open", outlet="b"))
    assert other.article_count == 3


def test_the_list_is_bounded_and_the_count_is_not() -> None:
    service = AlertsHarness(WATCH)
    for number in range(50):
        service.process(quay(f"Quay {number}", outlet="a", minutes=number))
    record = counted(service)
    assert (record.article_count, len(record.articles), record.articles[-1].title) == (50, 20, "Quay 49")


def test_what_was_counted_survives_a_restart() -> None:
    service = AlertsHarness(WATCH)
    for outlet in "aabba":
        service.process(quay("Quay closed", outlet=outlet))
    assert restored(service.published) == service.state
    service.restart()
    (third,) = service.process(quay("Quay closed", outlet="c"))
    assert (third.version, third.article_count) == (3, 6)


def test_an_alert_that_is_raised_anew_begins_to_count_anew() -> None:
    service = AlertsHarness(WATCH)
    service.process(quay("Quay closed", outlet="a"))
    service.process(quay("Quay shut", outlet="a"))
    service.tick(6 * DAY)
    assert service.state.counted == {}
    (again,) = service.process(quay("Quay closed", outlet="a", minutes=6 * DAY))
    assert (again.change, again.version, again.article_count) == ("new", 2, 1)
    service.restart()
    service.tick(6 * DAY)
    assert service.state.counted == {}
    (more,) = service.process(quay("Quay closed", outlet="b", minutes=6 * DAY))
    assert more.article_count == 2


def test_backfill_is_not_counted() -> None:
    service = AlertsHarness(WATCH)
    service.process(quay("Quay closed", outlet="a"))
    service.process(quay("Quay shut", outlet="a", backfill=True))
    assert not [each for each in service.published if isinstance(each, Counted)]


def test_the_line_under_an_alert() -> None:
    service = AlertsHarness(WATCH)
    (alert,) = service.process(quay("Quay closed", outlet="a"))
    service.process(quay("Quay shut", outlet="a"))
    assert format_counted(counted(service), alert).strip() == (
        "and 1 more article with nothing new, the latest at 2026-03-10 04:00:00: a: Quay shut"
    )
