"""The Media Topics, and what articles are about."""

import pytest

from consumers.topics.embed import load
from consumers.topics.words import WORDS
from consumers.topics.zeroshot import Classifier
from monitor.text import mediatopics


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load())


def test_the_taxonomy_is_a_tree_with_17_tops() -> None:
    found = mediatopics.concepts()
    tops = {code for code, concept in found.items() if not concept.broader}
    assert len(tops) == 17
    assert set(WORDS) == tops
    assert all(concept.broader[-1] in tops for concept in found.values() if concept.broader)
    assert all(len(concept.broader) <= 8 for concept in found.values())


def test_concepts_are_resolved_by_code_and_by_name() -> None:
    assert mediatopics.resolve("Economy, Business and Finance") == "medtop:04000000"
    assert mediatopics.resolve("medtop:04000000") == "medtop:04000000"
    assert mediatopics.resolve("weather") == "medtop:17000000"
    assert mediatopics.resolve("no such topic") is None


@pytest.mark.parametrize(
    ("title", "text", "top"),
    [
        ("Typhoon nears the coast", "Heavy rain and wind are forecast as the storm moves north.", "weather"),
        ("Late goal wins the cup", "The striker scored as the team won the football final.", "sport"),
        (
            "Central bank holds its rate",
            "The bank kept interest rates at 4 % as inflation fell.",
            "economy, business and finance",
        ),
        ("Man jailed for burglary", "A court sentenced the burglar to two years in prison.", "crime, law and justice"),
        ("Leaders meet for talks", "The president and the prime minister met at a summit.", "politics and government"),
        ("New vaccine against cholera", "Doctors said patients were protected from the disease.", "health"),
    ],
)
def test_articles_are_about_what_they_say(classifier: Classifier, title: str, text: str, top: str) -> None:
    found = classifier.classify(title, text)
    assert found[0].name == top
    assert all(-1 <= topic.score <= 1 for topic in found)


def test_a_narrower_topic_needs_its_own_words(classifier: Classifier) -> None:
    found = classifier.classify("Earthquake shakes the islands", "The earthquake killed twelve; rescue teams search the ruins.")
    assert "earthquake" in {topic.name for topic in found}
    assert all(topic.broader[-1] in {each.code for each in found} for topic in found if topic.broader)


def test_a_text_about_nothing_has_no_topic(classifier: Classifier) -> None:
    assert classifier.classify("", "") == ()
