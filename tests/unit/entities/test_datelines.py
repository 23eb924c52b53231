"""Names in the dateline with which an article of an agency begins."""

import pytest

from tests.unit.entities.recognised import entities_by_name


@pytest.mark.parametrize(
    "text",
    [
        "VARNHOLM, Va. — The ferry ran on Monday.",
        "VARNHOLM, Sept 8 (Quayside) - The ferry ran on Monday.",
        "VARNHOLM (Quayside) — The ferry ran on Monday.",
    ],
)
def test_the_name_at_the_start_is_a_place(text: str) -> None:
    assert entities_by_name("", text, VARNHOLM="ORG")["VARNHOLM"].type == "place"


def test_the_name_in_brackets_is_the_agency_everywhere_in_the_article() -> None:
    text = "VARNHOLM, Sept 8 (Quayside) - The ferry ran. Quayside could not verify it."
    found = entities_by_name("", text, VARNHOLM="GPE", Quayside="PERSON")
    assert found["Quayside"].type == "org"


def test_an_abbreviated_region_is_no_name() -> None:
    assert "Va" not in entities_by_name("", "VARNHOLM, Va. — The ferry ran on Monday.", VARNHOLM="GPE", Va="GPE")


@pytest.mark.parametrize("text", ["VESTNETT said — again — that it runs.", "Holt - a mayor - came.", "VARNHOLM"])
def test_other_texts_have_no_dateline(text: str) -> None:
    name = text.split(maxsplit=1)[0]
    assert entities_by_name("", text, **{name: "ORG"})[name].type == "org"
