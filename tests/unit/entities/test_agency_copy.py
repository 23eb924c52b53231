"""Claims of agency copy: datelines, bodies by name after their noun, joint statements, and whom it is told."""

import pytest

from consumers.entities.attribution import find_claims
from monitor.text.languages import pack
from tests.unit.entities.recognised import entities_by_name
from tests.unit.entities.test_claims_in_languages import told as told_in
from tests.unit.entities.told import describe, english_claims, told


def test_a_body_is_named_after_its_noun() -> None:
    assert told("Its operator, Vestnett, said the cable was cut.") == ["said: Vestnett"]
    assert told("The ministry, on Tuesday, said the road was shut.") == ["said: ministry"]


def test_the_place_of_a_dateline_says_nothing() -> None:
    text = "MARLOW, June 3 (Reuters) - The harbour was shut for a day, blaming high winds."
    assert told(text, MARLOW="ORG") == []
    text = "MARLOW, June 3 (Reuters) - The harbour was shut. It said so on Monday."
    assert "said: Marlow" not in told(text, MARLOW="ORG")


def test_who_says_it_by_telephone_says_it() -> None:
    assert told("A strike hit the market, two residents said by telephone.") == ["reported: two residents"]
    assert told("An arms deal denied by Bolivia was signed.") == ["denied: Bolivia"]


def test_two_governments_are_those_that_the_sentence_names() -> None:
    text = "Chile and Peru have agreed on a price, the two governments said in a joint statement."
    assert told(text) == ["confirmed: Chile", "confirmed: Peru"]
    text = "Chile, Peru and Bolivia have agreed on a price, the governments said."
    assert told(text) == ["said: governments"]


def test_a_role_in_a_headline_is_no_name() -> None:
    assert told("", "Lawyer denies bribery charge", Lawyer="PERSON") == ["denied: lawyer"]


@pytest.mark.parametrize("rubric", ["CORRECTION", "Analysis", "EXCLUSIVE", "Factbox"])
def test_the_kind_of_an_article_is_no_source(rubric: str) -> None:
    assert told("", f"{rubric}: nine killed in bus crash at Holm") == []


def test_a_letter_with_a_full_stop_is_part_of_a_country() -> None:
    assert told("", "N. Korea fires missile toward sea: S. Korean military") == ["said: S. Korean military"]


def test_an_office_is_that_of_whom_the_sentence_names_first() -> None:
    text = "Prime Minister Ana Ruiz is staying, her office insists."
    assert told(text, Ana_Ruiz="PERSON") == ["said: Ana Ruiz's office"]


def test_a_group_that_says_something_later_is_the_whole_group() -> None:
    text = "A group of soldiers appeared on television and said they had seized power."
    assert told(text) == ["said: group of soldiers"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Aucun blessé n'est à déplorer, ont indiqué les pompiers à l'AFP.", "said: pompiers"),
        ("es", "La columna alcanzó los 8 kilómetros, señaló la institución en un comunicado.", "said: institución"),
        (
            "ru",
            "Пять человек пострадали, сообщил РИА Новости источник в экстренных службах.",
            "reported: источник в экстренных службах",
        ),
        ("ru", "Пять человек пострадали, сообщили ТАСС в прокуратуре.", "said: прокуратуре"),
    ],
)
def test_whom_it_is_told_is_no_part_of_the_source(language: str, text: str, expected: str) -> None:
    assert told_in(language, text) == [expected]


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Kim will come, Interfax reported. The whole thing was denied by Bolivia.", "Kim will come"),
        ("Kim will come, Interfax reported. Bolivia denied it.", "Kim will come"),
        ("Interfax reported that Kim would come, but Bolivia denied the report.", "Kim would come"),
        ("Kim will come, Interfax reported. It is cold. Bolivia denied the report.", None),
        ("The mine is unsafe, a union said. Bolivia denied the accusations.", None),
        ("Bolivia said the books were clean. It denied the report.", None),
        ("The mine is unsafe, a union said. Bolivia denied a report.", "a report"),
        ("The mine is unsafe, a union said. Bolivia denied wrongdoing.", "wrongdoing"),
    ],
)
def test_the_words_of_a_denial_are_what_is_denied(text: str, denied: str | None) -> None:
    assert [claim.words for claim in english_claims(text) if claim.stance == "denied"] == [denied]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il ministro degli Esteri Ana Ruiz ha detto che la crisi è grave.", "said: Ana Ruiz"),
        ("Il portavoce di Ana Ruiz ha detto che la crisi è grave.", "said: portavoce di Ana Ruiz"),
        ("Il portavoce del presidente Ana Ruiz ha detto che la crisi è grave.", "said: portavoce del presidente Ana Ruiz"),
    ],
)
def test_a_name_after_what_a_role_is_of_is_that_of_the_role(text: str, expected: str) -> None:
    rules = pack("it").attribution
    assert rules is not None
    entities = tuple(entities_by_name("", text, Ana_Ruiz="PERSON").values())
    assert [describe(claim) for claim in find_claims("", text, entities, rules)] == [expected]


def test_a_headline_denies_what_follows_the_verb() -> None:
    claims = english_claims("", "Opposition calls for clarity as premier denies quitting")
    assert [claim.words for claim in claims if claim.stance == "denied"] == ["quitting"]


def test_what_nobody_says_is_no_claim() -> None:
    assert told('"No," said no one. "Yes," said nobody.') == []


def test_a_post_has_its_words_after_the_colon() -> None:
    (claim,) = english_claims('Mel Carter wrote on Instagram: "She taught us all."', Mel_Carter="PERSON")
    assert (claim.who, claim.words) == ("Mel Carter", '"She taught us all."')
