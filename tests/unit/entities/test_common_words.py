"""Words that are spelt like the name of a known place."""

import pytest

from monitor.text.languages import pack
from tests.unit.entities.recognised import entities_by_name


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Turkey prices up", "Turkey prices rose before the feast. A frozen turkey costs two dollars."),
        ("Why Guinea Pigs Need Their Hay", "Guinea pigs need hay. A guinea pig lives for seven years."),
        ("Jersey sold", "Jersey is a fabric. The old jersey was torn."),
    ],
)
def test_a_word_that_the_article_has_in_lower_case_is_no_place_at_the_start_of_a_sentence(title: str, text: str) -> None:
    assert entities_by_name(title, text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Turkey held talks on trade.",
        "Turkey sells more birds. A turkey from Turkey costs two dollars.",
        "Turkey held talks. See www.turkey.example/news or #turkey for more, or write to turkey@a.example.",
    ],
)
def test_a_place_stays_where_a_capital_or_nothing_shows_it(text: str) -> None:
    assert "Türkiye" in entities_by_name("", text)


def test_an_adjective_in_lower_case_does_not_hide_its_country() -> None:
    assert not pack("es").names.has_homographs


def test_what_a_model_finds_in_lower_case_is_no_known_subject() -> None:
    entities = entities_by_name("", "The shop sells fine china and brazil nuts.", china="GPE", brazil="GPE")
    assert {entity.id for entity in entities.values()}.isdisjoint({"Q148", "Q155"})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Airlines said they would wait.", "Airlines"),
        ("The sea is warm. Turnout was low.", "Turnout"),
        ("Quolls came. Every quoll was caught. Quoll traps were empty.", "Quoll"),
        ("They taxed tuna and kava on Monday.", "kava"),
    ],
)
def test_a_common_word_that_the_model_takes_for_a_name_is_none(text: str, word: str) -> None:
    assert entities_by_name("", text, **{word: "PERSON"}) == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bush spoke. On Monday Bush left.", ["Bush"]),
        ("Wood said so. Ann Wood is a judge.", ["Wood", "Ann Wood"]),
        ("Varnholm said so.", ["Varnholm"]),
    ],
)
def test_a_name_that_is_also_a_word_stays_where_the_article_shows_it(text: str, names: list[str]) -> None:
    assert entities_by_name("", text, **dict.fromkeys(names, "PERSON"))


@pytest.mark.parametrize("name", ["Northern Wire", "Harbour Courier", "Varnholm Semiconductor"])
def test_the_last_word_of_a_name_shows_an_organisation(name: str) -> None:
    found = entities_by_name("", f"On Monday {name} said so.", **{name: "PERSON"})
    assert [entity.type for entity in found.values()] == ["org"]
