"""Names that several places, or places and persons, share: given names, Georgia, Washington, Congo and Korea."""

import pytest

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.resolve import field_term, lookups_for
from consumers.alerts.query.fields import FIELDS
from consumers.alerts.tools.explain import explain
from consumers.entities.linking import link_entities
from monitor.config import Config
from monitor.text.languages import pack
from tests.make import article_stories
from tests.unit.entities.recognised import entities_by_name, spans


def ids(text: str, **labels: str) -> set[str]:
    return {entity.id for entity in entities_by_name("", text, **labels).values()}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Georgia, 34, said her son was safe.", False),
        ("The shop of Paris, aged 19, was shut.", False),
        ("It is hot in Georgia, 34, and in Leeds, 35.", True),
        ("Georgia, 1,200 miles away, said so.", True),
    ],
)
def test_a_name_with_an_age_is_no_place(text: str, *, known: bool) -> None:
    assert bool(ids(text) & {"Q230", "place:paris"}) is known


@pytest.mark.parametrize(
    ("text", "labels", "person"),
    [
        ("Sydney Sweeney spoke. Sydney then left.", {"Sydney_Sweeney": "PERSON"}, "Sydney Sweeney"),
        ("Georgia Smith, 24, is missing. Police said Georgia had left.", {"Georgia_Smith": "PERSON"}, "Georgia Smith"),
        ("India Walton lost. Walton conceded. India wept.", {"India_Walton": "ORG", "Walton": "PERSON"}, "India Walton"),
        ("Egypt Sherrod sells houses. Sherrod began in 2001.", {"Sherrod": "PERSON"}, "Egypt Sherrod"),
        ("Israel Adesanya beat his rival. Adesanya was booed.", {"Adesanya": "GPE"}, "Israel Adesanya"),
    ],
)
def test_a_given_name_is_no_place(text: str, labels: dict[str, str], person: str) -> None:
    (entity,) = entities_by_name("", text, **labels).values()
    assert (entity.type, entity.name) == ("person", person)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Israel struck Gaza. Israel Katz approved it. Israel denied it.", {"Israel_Katz": "PERSON"}),
        ("Israel Katz spoke in Tel Aviv. Israel will go on.", {"Israel_Katz": "PERSON"}),
        ("Israel Katz spoke. He is at home in Israel.", {"Israel_Katz": "PERSON"}),
        ("Israel Police said its officers were hurt. The Police are at a loss.", {"Police": "ORG"}),
    ],
)
def test_a_place_that_the_article_names_too_stays_one(text: str, labels: dict[str, str]) -> None:
    assert "Q801" in ids(text, **labels)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Georgia Governor Anna Vale signed it in Atlanta. Georgia votes in May.", "Q1428"),
        ("The law of New Jersey, Ohio and Georgia bans phones.", "Q1428"),
        ("A jury in Hill County, Georgia, freed him.", "Q1428"),
        ("Protesters in Tbilisi called on Georgia to vote again.", "Q230"),
        ("Washington warned Georgia's prime minister.", "Q230"),
        ("Georgia signed a loan.", "Q230"),
        ("Georgia decides its Senate runoff on Tuesday.", "Q1428"),
        ("The swing states are Georgia and two more.", "Q1428"),
        ("Fires burned in Washington state. Spokane is safe. Washington is dry.", "Q1223"),
        ("Workers in Seattle struck while Washington prepared tariffs.", "place:washington-d-c"),
        ("Rebels took Goma, in the east of Congo.", "Q974"),
        ("The Republic of Congo will vote. Congo exports oil.", "Q971"),
        ("Banks in Seoul said that Korea would cut rates.", "Q884"),
    ],
)
def test_a_name_of_several_places_means_the_one_for_which_the_article_speaks(text: str, meant: str) -> None:
    found = ids(text, Congo="GPE", Korea="GPE")
    assert found & {"Q1428", "Q230", "Q1223", "place:washington-d-c", "Q974", "Q971", "Q884", "Q423"} >= {meant}
    assert not found & ({"Q1428", "Q230", "Q974", "Q971", "Q884", "Q423", "Q1223"} - {meant})


def test_a_name_that_nothing_tells_apart_is_no_known_place() -> None:
    assert ids("Talks on Congo and Korea go on.", Congo="GPE", Korea="GPE") == {"place:congo unclear", "place:korea"}


@pytest.mark.parametrize(
    ("text", "wanted", "why"),
    [
        ("Talks on Congo go on.", "Q971", "nothing in the article shows whether 'Congo' is 'Congo-Brazzaville'"),
        ("Voters in Atlanta said Georgia is close.", "Q230", "is another place of that name, not 'Georgia'"),
    ],
)
def test_explain_says_why_a_place_was_refused(text: str, wanted: str, why: str) -> None:
    entities = link_entities("", text, [], spans(text, Congo="GPE"), pack("en").names, "en")
    term = field_term(next(each for each in FIELDS if each.name == "place"), wanted, lookups_for(Config()))
    assert why in explain(term, Document(article_stories("", text, entities=entities))).why
