"""The Media Topics, and the classification of English articles by them."""

import asyncio
import subprocess
import sys

import pytest

from consumers.topics.classifier import Classifier
from consumers.topics.embedding import load_embedding, load_weights
from consumers.topics.service import Classifiers
from monitor.text import mediatopics
from monitor.text.languages import pack
from monitor.text.tokens import fold


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    descriptions = pack("en").topics
    assert descriptions is not None
    return Classifier(load_embedding(), descriptions, load_weights(descriptions.weights), pack("en").stopwords)


def test_the_embedding_is_loaded_while_no_file_can_grow() -> None:
    """So that a full disk does not keep the service from starting."""
    program = (
        "import resource\n"
        "from consumers.topics.embedding import load_embedding\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))\n"
        "assert load_embedding()('a storm').any()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_taxonomy_is_a_tree_with_17_top_concepts() -> None:
    concepts = mediatopics.concepts()
    tops = {code for code, concept in concepts.items() if not concept.broader}
    assert len(tops) == 17
    assert all(concept.broader[-1] in tops for concept in concepts.values() if concept.broader)
    assert all(len(concept.broader) <= 8 for concept in concepts.values())


def test_concepts_are_resolved_by_code_and_by_name() -> None:
    assert mediatopics.resolve("Economy, Business and Finance") == "medtop:04000000"
    assert mediatopics.resolve("medtop:04000000") == "medtop:04000000"
    assert mediatopics.resolve("weather") == "medtop:17000000"
    assert mediatopics.resolve("no such topic") is None


@pytest.mark.parametrize(
    ("title", "text", "top_concept"),
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
def test_an_article_gets_the_top_concept_it_is_about(classifier: Classifier, title: str, text: str, top_concept: str) -> None:
    topics = classifier.classify(title, text)
    assert topics[0].name == top_concept
    assert all(-1 <= topic.score <= 1 for topic in topics)


def test_a_narrower_topic_has_the_words_of_its_name_in_the_article(classifier: Classifier) -> None:
    topics = classifier.classify(
        "Earthquake shakes the islands", "The earthquake killed twelve; rescue teams search the ruins."
    )
    assert "earthquake" in {topic.name for topic in topics}
    assert all(topic.broader[-1] in {each.code for each in topics} for topic in topics if topic.broader)


def test_a_report_of_a_summit_is_on_politics_with_the_summit_and_the_arms(classifier: Classifier) -> None:
    text = (
        "The leader of Vestria is on his way to Norland by ship for talks with President Adler, two Norland broadcasters "
        "said on Friday, citing unnamed officials.\n\nThe palace said only that the president would open a trade fair in the "
        "port of Hask.\n\nA summit of the two would turn on military help, and perhaps on the sale of arms, diplomats said. "
        "Vestria's foreign ministry did not comment.\n\nNorland has denied that it seeks weapons for its war in the south."
    )
    names = [topic.name for topic in classifier.classify("Vestrian leader sails to meet Adler: reports", text)]
    assert names[0] == "politics and government"
    assert "military weaponry and equipment" in names


def test_a_topic_lists_the_words_that_carry_it(classifier: Classifier) -> None:
    first, *narrower = classifier.classify("Teachers on strike", "The union wants a wage rise. The strike lasts until Friday.")
    assert first.name == "labor"
    assert {"union", "strike", "wage"} <= set(first.words)
    assert [(topic.name, topic.words) for topic in narrower] == [("labor strike", ("strike",))]


def test_a_narrower_topic_needs_its_words_twice_or_in_the_title(classifier: Classifier) -> None:
    text = "The presidents met for talks. After the summit, the foreign minister spoke."
    assert "summit meeting" not in {topic.name for topic in classifier.classify("Presidents meet", text)}
    for title, more in (("Presidents meet at a summit", ""), ("Presidents meet", " The summit was the first in years.")):
        assert "summit meeting" in {topic.name for topic in classifier.classify(title, text + more)}


def test_an_article_on_two_subjects_has_both(classifier: Classifier) -> None:
    topics = classifier.classify(
        "School closed after outbreak",
        "Pupils stayed at home as teachers and students fell ill with measles. Doctors vaccinated children at the school.",
    )
    assert [topic.name for topic in topics if not topic.broader] == ["health", "education"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "",
            "Lisa Brook is a reporter based in London. She joined in 2023. Get in touch with her by emailing l@example.org.",
        ),
        ("Subscribe", "Sign up for our newsletter and follow us on Facebook. All rights reserved."),
        ("Related Articles", "Back to top button"),
    ],
)
def test_what_is_no_news_has_no_topic(classifier: Classifier, title: str, text: str) -> None:
    assert classifier.classify(title, text) == ()


@pytest.mark.parametrize(
    "title", ["Live updates", "What we know so far", "The week in pictures", "More to follow", "It is over"]
)
def test_a_short_text_without_a_word_that_speaks_for_a_topic_has_none(classifier: Classifier, title: str) -> None:
    assert classifier.classify(title, "") == ()


@pytest.mark.parametrize(
    ("title", "top_concept"),
    [
        ("Central bank holds interest rates", "economy, business and finance"),
        ("Volcano erupts, villages emptied", "disaster, accident and emergency incident"),
        ("Rebels seize border town", "conflict, war and peace"),
        ("Storm expected tonight", "weather"),
    ],
)
def test_a_short_text_with_such_a_word_has_its_topic(classifier: Classifier, title: str, top_concept: str) -> None:
    assert classifier.classify(title, "")[0].name == top_concept


def test_the_cues_of_a_pack_are_folded_words_for_narrower_concepts() -> None:
    descriptions = pack("en").topics
    assert descriptions is not None
    assert all(mediatopics.concepts()[code].broader for code in descriptions.cues)
    assert [cue for cues in descriptions.cues.values() for cue in cues if fold(cue) != cue] == []


def test_an_empty_text_has_no_topic(classifier: Classifier) -> None:
    assert classifier.classify("", "") == ()


def test_only_the_beginning_of_a_long_title_is_read(classifier: Classifier) -> None:
    title = "Typhoon nears the coast " * 50
    assert classifier.classify(title + "football " * 300, "") == classifier.classify(title, "")


async def test_other_services_run_while_the_classifiers_are_loaded() -> None:
    classifiers, turns = Classifiers(), 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.001)
            turns += 1

    other = asyncio.create_task(take_turns())
    async with classifiers.loaded():
        other.cancel()
        assert "en" in classifiers.by_language
    assert turns > 5
