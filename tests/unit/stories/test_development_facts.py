"""The facts of a sentence: steps, names and quotations."""

import pytest

from consumers.stories.developments.background import gives_opinion, read_quotes
from consumers.stories.developments.facts import read_facts
from consumers.stories.developments.names import abbreviations, capitalised_names
from consumers.stories.developments.sentence_words import lexicon, split_words
from monitor.text.languages import pack
from tests.unit.stories.sentences import TUESDAY, read


@pytest.mark.parametrize(
    ("text", "step", "mode"),
    [
        ("The council has approved the tram.", "approve", "done"),
        ("The council will approve the tram.", "approve", "planned"),
        ("The council did not approve the tram.", "approve", "denied"),
        ("The council had approved the tram.", "approve", "earlier"),
        ("The minister stepped down.", "resign", "done"),
        ("Rescuers are at work.", "rescue", "vague"),
        ("The two sides came to terms.", "agree", "done"),
        ("The men were winched to safety.", "rescue", "done"),
        ("He pleaded guilty.", "plead", "done"),
        ("Troops retook the town.", "capture", "done"),
        ("The chain went bust.", "bankrupt", "done"),
        ("The bridge gave way.", "destroy", "done"),
        ("The two sides signed the deal.", "sign", "done"),
        ("The yard issued a flat denial.", "deny", "done"),
        ("The buyer walked away from it.", "cancel", "done"),
    ],
)
def test_steps_are_told_with_whether_they_are_taken(text: str, step: str, mode: str) -> None:
    assert (step, mode) in {(name, each.mode) for each in read(text).steps for name in each.names}


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("Am Abend starb der Kapitän.", "die"),
        ("Der Kapitän trat am Abend zurück.", "resign"),
        ("Beide Seiten unterschrieben den Vertrag.", "sign"),
    ],
)
def test_the_german_preterite_tells_a_step_as_taken(text: str, step: str) -> None:
    assert (step, "done") in {(name, each.mode) for each in read(text, "de").steps for name in each.names}


@pytest.mark.parametrize(
    ("text", "language", "step"),
    [
        ("Der Stahl ist am Dienstag teurer geworden.", "de", "steal"),
        ("Die Zahl der Schiffe ist gewachsen.", "de", "pay"),
        ("Le train roule vers Lomo.", "fr", "pay"),
        ("Strong winds picked up in the afternoon.", "en", "arrest"),
        ("Dealers seized their chance.", "en", "arrest"),
        ("Author Ana Ruiz signed books.", "en", "sign"),
    ],
)
def test_words_of_another_meaning_tell_no_step(text: str, language: str, step: str) -> None:
    assert all(step not in each.firm for each in read(text, language).steps)


def test_the_present_tells_a_step_as_taken_in_a_title_only() -> None:
    title, text = read_facts("Court convicts mayor", "Court convicts mayor.", (), pack("en"), TUESDAY).sentences
    assert [[each.mode for each in sentence.steps if "convict" in each.names] for sentence in (title, text)] == [
        ["done"],
        ["spoken"],
    ]


def test_the_longest_phrase_counts() -> None:
    steps = {name for each in read("A second round is ruled out.").steps for name in each.names}
    assert "exclude" in steps
    assert "rule" not in steps


def test_names_are_known_by_their_capitals() -> None:
    words = split_words("Yesterday the guard Owen Tarrick met French police in Larnby on Monday.", lexicon("en"))
    found = [(each.word.raw, each.is_pair, each.is_placed) for each in capitalised_names(words, pack("en").developments)]
    assert found == [("Owen", True, False), ("Tarrick", True, False), ("Larnby", False, True)]


def test_a_place_follows_its_kind() -> None:
    words = split_words("They met in the village of Rosal, and the brother of Valu came.", lexicon("en"))
    found = [(each.word.raw, each.is_placed) for each in capitalised_names(words, pack("en").developments)]
    assert found == [("Rosal", True), ("Valu", False)]


def test_names_are_abbreviated_by_their_first_letters() -> None:
    words = split_words("Ana Ruiz left the National Institute of Justice in Lomo.", lexicon("en"))
    assert [letters for letters, _ in abbreviations(words)] == ["nij"]


def test_an_author_gives_an_opinion_unless_quoted() -> None:
    assert gives_opinion([read("I, for one, am glad.")])
    assert not gives_opinion([read('"I am glad," she said.')])
    assert not gives_opinion([read("She is glad.")])


def test_quotes_are_read_over_sentences() -> None:
    text = '"We went out. We came back," she said. We ask you to stay.'
    quotes = read_quotes(read_facts("", text, (), pack("en"), TUESDAY).sentences)
    assert [round(each.share, 1) for each in quotes] == [1.0, 0.6, 0.0]
    assert [each.speaks_to_readers for each in quotes] == [False, False, True]
