"""Namesakes, words with two meanings, and negations: what raises an alert, and how it says that the story stands."""

import pytest

from monitor.config import Watch
from monitor.messages import ArticleStories
from tests.make import article, article_stories
from tests.unit.alerts.chain import alerts_of
from tests.unit.alerts.harness import AlertsHarness
from tests.unit.entities.recognised import entities_by_name

LEADER = Watch("leader", person=("Kim Jong Un",))
SUMMIT = Watch("summit", query='summit "Kim Jong Un"')
LETTER = "Kim Kardashian has written to Kim Jong Un. Kim Kardashian wants a prisoner to be freed."


def message(title: str, text: str, *persons: str) -> ArticleStories:
    """Return an article in which the model finds *persons*."""
    labels = {name.replace(" ", "_"): "PERSON" for name in persons}
    return article_stories(title, text, entities=tuple(entities_by_name(title, text, **labels).values()))


@pytest.mark.parametrize("person", ["Kim Kardashian", "Kim Clijsters"])
def test_another_person_of_the_name_raises_no_alert(person: str) -> None:
    text = f"{person} came to Paris on Monday. Kim said that she was glad. In the evening Kim left."
    assert AlertsHarness(LEADER).process(message(f"{person} in Paris", text, person)) == []
    # Nor if no model finds her.
    assert alerts_of([article(f"{person} in Paris", text)], LEADER) == []


def test_in_an_article_on_both_each_has_the_mentions_of_the_full_name() -> None:
    both = message("A letter to Pyongyang", LETTER, "Kim Kardashian", "Kim Jong Un")
    persons = {each.name: each.count for each in both.entities if each.type == "person"}
    assert persons == {"Kim Kardashian": 2, "Kim Jong Un": 1}
    (alert,) = AlertsHarness(LEADER, Watch("other", person=("Kim Clijsters",))).process(both)
    assert [(each.clause, each.words) for each in alert.reasons] == [("person", "Kim Jong Un")]


def test_words_around_a_name_decide_for_a_watch_without_fields() -> None:
    watch = Watch("kim", query="Kim NOT (Kardashian OR Clijsters)")
    assert AlertsHarness(watch).process(article_stories("Kim Kardashian in Paris")) == []
    assert AlertsHarness(watch).process(article_stories("Kim leaves Pyongyang"))


def test_the_summit_of_a_mountain_raises_no_alert_for_a_watch_that_leaves_mountains_out() -> None:
    watch = Watch("summit", query="summit NOT (mountain OR climb*)")
    assert alerts_of([article("Three reach the summit", "Three climbers reached the summit of the mountain.")], watch) == []
    assert alerts_of([article("A summit in Hanoi", "Leaders came to Hanoi for a summit on trade on Monday.")], watch)


@pytest.mark.parametrize(
    ("title", "text", "source", "words"),
    [
        (
            "No summit with Kim Jong Un planned, Kremlin says",
            "No summit with Kim Jong Un is planned, the Kremlin said on Monday.",
            "Kremlin",
            "No summit with Kim Jong Un planned",
        ),
        (
            "Moscow has other plans",
            "There is no summit planned with Kim Jong Un, Dmitry Peskov told reporters on Monday.",
            "Dmitry Peskov",
            "There is no summit planned with Kim Jong Un",
        ),
    ],
)
def test_that_none_is_planned_is_said_by_its_source_in_these_words(title: str, text: str, source: str, words: str) -> None:
    (alert,) = alerts_of([article(title, text)], SUMMIT)
    assert alert.certainty == f"1 outlet; said by {source}"
    assert words in {each.words for each in alert.articles[0].voices}
    assert alerts_of([article(title, text)], Watch("summit", query='summit NOT "no summit"')) == []


def test_a_denial_of_what_others_report_is_told_as_one() -> None:
    report = article(
        "Kim Jong Un to meet Putin at summit, official says",
        "Kim Jong Un will meet Vladimir Putin at a summit in Vladivostok on Friday, said a U.S. official who was not named.",
        outlet="a",
    )
    denial = article(
        "Kremlin denies summit of Putin with Kim Jong Un in Vladivostok",
        "The Kremlin denied on Monday that Vladimir Putin will meet Kim Jong Un at a summit in Vladivostok on Friday.",
        outlet="b",
        minutes=30,
    )
    first, second = alerts_of([report, denial], SUMMIT)
    assert (first.version, first.standing) == (1, "unnamed")
    assert (second.version, second.standing, second.stances.get("denied")) == (2, "disputed", 1)
    assert "denied by Kremlin" in second.certainty
    (alone,) = alerts_of([denial], SUMMIT)
    assert (alone.certainty, alone.standing) == ("1 outlet; denied by Kremlin", "denied")
