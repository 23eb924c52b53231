"""Words by which a sentence tells news, or none: rejections, corrections, changes, reactions, and measures in other words."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consumers.stories.developments import read_facts
from consumers.stories.developments.known_numbers import KnownNumbers
from consumers.stories.developments.numbers import MAX_NUMBERS
from monitor.messages import Claim, Span
from monitor.text.languages import pack
from tests.unit.stories.ferry import RETOLD, TEXT, TITLE, developments, ferry_service, message
from tests.unit.stories.sentences import numbers


@pytest.mark.parametrize(
    ("words", "count"),
    [("calls the story of worn ropes an invention", 1), ("calls the story of worn ropes a shock", 0)],
)
def test_a_source_that_calls_something_wrong_denies_it(words: str, count: int) -> None:
    sentence = f"The Salu line {words} by rivals."
    text = f"{RETOLD} {sentence}"
    start = text.index("calls")
    claim = Claim("said", "named", "Salu line", Span("text", start, start + len("calls")))
    made = replace(message("b", TITLE, text, minutes=60), claims=(claim,))
    assert len(developments(ferry_service(), made)) == count


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("The dead helmsman was misidentified: it was Owen Tarrick of Larnby.", 1),
        ("The drowned helmsman was the friendly Owen.", 0),
    ],
)
def test_what_takes_back_what_was_told_weighs(sentence: str, count: int) -> None:
    assert len(developments(ferry_service(), message("b", TITLE, f"{RETOLD} {sentence}", minutes=60))) == count


@pytest.mark.parametrize(("word", "count"), [("now ", 1), ("", 0)])
def test_a_number_that_has_changed_is_news_without_a_verb_of_an_event(word: str, count: int) -> None:
    text = f"{RETOLD} The hospital in Meru {word}cares for 29 survivors."
    assert len(developments(ferry_service(), message("b", TITLE, text, minutes=60))) == count


@pytest.mark.parametrize(("verb", "count"), [("sighed", 0), ("pulled", 1)])
def test_who_sighs_only_tells_how_he_feels(verb: str, count: int) -> None:
    text = f"{RETOLD} Carl Dobbs and Eva Lind {verb} at the old harbour wall."
    found = developments(ferry_service(), message("b", TITLE, text, minutes=60))
    assert len(found) == count


@pytest.mark.parametrize(("paid", "count"), [("40 bodies", 1), ("40 crowns", 0)])
def test_only_a_count_is_a_toll(paid: str, count: int) -> None:
    """A toll is enough by itself; the words around it are known here."""
    service = ferry_service()
    developments(service, message("b", TITLE, f"{TEXT} People who died off the island had paid crowns.", minutes=30))
    text = f"{RETOLD} People who died off the island had paid {paid}."
    assert len(developments(service, message("c", TITLE, text, minutes=60))) == count


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Il a parcouru 2 000 milles.", "fr", [(3218680.0, "m")]),
        ("Il a coûté 500 dollars canadiens.", "fr", [(500.0, "$CAD")]),
        ("Der Absatz sank auf 3 Hektoliter.", "de", [(300.0, "l")]),
        ("Das Feld misst 10 Acre.", "de", [(40468.6, "m2")]),
        ("El barco avanza 20 nudos.", "es", [(37040.0, "m")]),
        ("Every tenth sailor was saved.", "en", []),
        ("For his friend it was two and a half.", "en", []),
        ("The boat paid for 2.5 of them.", "en", [(2.5, "")]),
    ],
)
def test_measures_in_other_words(text: str, language: str, expected: list[tuple[float, str]]) -> None:
    assert numbers(text, language) == expected


@pytest.mark.parametrize("sentence", ["The ferry cost 14 people their lives.", "That brings the number of dead to 14."])
def test_a_new_toll_is_news_without_a_verb_of_an_event(sentence: str) -> None:
    assert len(developments(ferry_service(), message("b", TITLE, f"{RETOLD} {sentence}", minutes=60))) == 1


def test_a_new_number_counts_in_a_language_without_words_for_events() -> None:
    service = ferry_service()
    told = "Паром затонул у острова Салу. Погибли 7 человек."
    developments(service, message("b", "Паром затонул у Салу", told, language="ru"))
    news = f"{told} Спасатели нашли в проливе тела ещё 15 пассажиров судна."
    assert [
        each.kind for each in developments(service, message("c", "Паром затонул у Салу", news, minutes=60, language="ru"))
    ] == ["number"]


class CountedLookups(dict[str, list[float]]):
    """The numbers that a story knows. It counts how often they are looked up."""

    count = 0

    def get(self, key: str, default: Any = None) -> Any:
        """Return the numbers of a kind."""
        self.count += 1
        return super().get(key, default)


def test_many_new_numbers_in_a_sentence_are_not_each_compared_with_each_other() -> None:
    amounts = MAX_NUMBERS
    words = ", ".join(f"${number}.5 million" for number in range(100, 200 + amounts))
    article = read_facts("Prices", f"The prices were {words}.", (), pack("en"), date(2026, 3, 10))
    values = CountedLookups({"$": [7.0] * 300})
    sentence = max(article.sentences, key=lambda each: len(each.numbers))
    assert len(KnownNumbers(values, frozenset(), frozenset()).new_of(sentence)) == amounts
    assert values.count < 10 * amounts


def test_many_known_and_new_numbers_in_a_sentence_are_not_each_compared_with_each_other() -> None:
    words = " ".join(f"{number} women {number + 5000} men" for number in range(100, 100 + MAX_NUMBERS // 2))
    article = read_facts("", f"They were {words}.", (), pack("en"), date(2026, 3, 10))
    values = CountedLookups({"": [float(number) for number in range(100, 400)]})
    (sentence,) = article.sentences
    assert len(KnownNumbers(values, frozenset(), frozenset()).new_of(sentence)) == MAX_NUMBERS // 2
    assert values.count < 30 * MAX_NUMBERS
