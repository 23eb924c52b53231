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
