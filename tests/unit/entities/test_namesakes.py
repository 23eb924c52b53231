"""Known subjects and others of their name: persons with the name of a place, and teams."""

import pytest

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.resolve import field_term, lookups_for
from consumers.alerts.query.fields import FIELDS
from consumers.alerts.tools.explain import explain
from consumers.entities.capitals import for_model
from consumers.entities.linking import link_entities
from consumers.entities.ner import NerSpan
from monitor.config import Config
from monitor.messages import Entity
from monitor.text.languages import pack
from tests.make import article_stories
from tests.unit.entities.recognised import entities_by_name

MATCH = (
    "Japan beat Syria 2-1 in a World Cup football qualifier in Doha on Tuesday. The coach praised his striker. Syria led 1-0."
)


def test_a_full_name_in_the_article_beats_the_place_of_that_name() -> None:
    entities = entities_by_name(
        "", "Michael Jordan spoke. Jordan smiled. He flew to see friends in Jordan.", Michael_Jordan="PERSON"
    )
    assert {name: entity.count for name, entity in entities.items()} == {"Michael Jordan": 2, "Jordan": 1}
    assert entities["Jordan"].id == "Q810"


def test_a_place_before_a_surname_is_no_given_name() -> None:
    entities = link_entities("", "Ayer en Moscú Putin habló de la paz.", [], [], pack("es").names, "es")
    assert {entity.name for entity in entities} == {"Moscow", "Vladimir Putin"}


def test_a_place_that_won_or_lost_is_a_team() -> None:
    entities = entities_by_name("", MATCH)
    assert {name: (entity.type, entity.id) for name, entity in entities.items()} == {
        "Syria": ("place", "place:syria team"),
        "Japan": ("place", "place:japan team"),
        "Doha": ("place", "place:doha"),
        "FIFA World Cup": ("event", "event:fifa-world-cup"),
    }
    refused = entities["Japan"].refused
    assert refused is not None
    assert (refused.id, refused.reason) == ("Q17", "team")


def test_a_world_cup_is_that_of_football_only_in_an_article_on_football() -> None:
    assert next(iter(entities_by_name("", "She won the World Cup in ski jumping.").values())).id == "event:world cup"


def test_a_place_in_other_news_is_no_team() -> None:
    entities = entities_by_name("", "Japan faces pressure over trade. China won concessions, and Japan lost 2 of 3 votes.")
    assert {entity.type for entity in entities.values()} == {"place"}


def why(field: str, text: str, entities: tuple[Entity, ...]) -> str:
    """Return why *field* with *text* does not hold for an article with *entities*."""
    term = field_term(next(each for each in FIELDS if each.name == field), text, lookups_for(Config()))
    return explain(term, Document(article_stories("", MATCH, entities=entities))).why


def test_explain_says_why_a_known_subject_was_refused() -> None:
    entities = link_entities("", MATCH, [], [], pack("en").names, "en")
    assert why("place", "Q17", entities) == "'Japan' in the article is the team, not the place 'Japan'"
    # By its name, a watch on a country finds its team too.
    assert why("place", "Japan", entities) == "found"


def test_known_subjects_have_their_facts() -> None:
    entities = entities_by_name("", "YTN and the World Health Organization reported from Khasan and Vladivostok.")
    facts = {name: (each.qid, each.kind, each.country, each.abbreviation) for name, each in entities.items()}
    assert facts == {
        "YTN": (None, "outlet", "KR", None),
        "World Health Organization": ("Q7817", "body", None, "WHO"),
        "Khasan": (None, "town", "RU", None),
        "Vladivostok": ("Q959", "city", "RU", None),
    }


def test_an_abbreviation_that_the_article_defines_is_a_fact_too() -> None:
    entities = entities_by_name("", "The Acme Widget Union (AWU) met. The AWU agreed.", Acme_Widget_Union="ORG")
    assert entities["Acme Widget Union"].abbreviation == "AWU"


@pytest.mark.parametrize("written", ["J. K. Rowling", "J.K. Rowling", "JK Rowling"])
def test_initials_are_one_name_however_they_are_written(written: str) -> None:
    (found,) = entities_by_name("", f"The author {written} won.", **{written.replace(" ", "_"): "PERSON"}).values()
    assert found.id == "person:jk rowling"
    for text in ("J. K. Rowling", "J.K. Rowling", "JK Rowling"):
        term = field_term(next(each for each in FIELDS if each.name == "person"), text, lookups_for(Config()))
        assert explain(term, Document(article_stories("", "A text", entities=(found,)))).holds


def test_a_title_in_capitals_is_read_by_the_model_in_small_letters() -> None:
    assert for_model("ADA VALE RESIGNS AS OMBUDSMAN") == "Ada Vale Resigns As Ombudsman"
    assert for_model("Ada Vale RESIGNS") == "Ada Vale RESIGNS"
    assert for_model("BREAKING NEWS") == "BREAKING NEWS"
    title, text = "ADA VALE RESIGNS AS OMBUDSMAN", "Ada Vale resigned."
    entities = entities_by_name(title, text, Ada_Vale="PERSON")
    assert entities["Ada Vale"].count == 2


def test_all_mentions_of_a_full_name_have_one_type() -> None:
    title, text = "Ada Vale wins", "Ada Vale won. Later Ada Vale spoke."
    as_org, as_person = NerSpan(0, 8, "ORG"), [NerSpan(0, 8, "PERSON"), NerSpan(20, 28, "PERSON")]
    (found,) = link_entities(title, text, [as_org], as_person, pack("en").names, "en")
    assert (found.type, found.count) == ("person", 3)


def test_a_role_before_a_name_is_no_part_of_it() -> None:
    entities = entities_by_name("", "Broadcaster YTN told Mayor Ada Vale.", Broadcaster_YTN="PERSON", Mayor_Ada_Vale="PERSON")
    assert {each.id for each in entities.values()} == {"org:ytn", "person:ada vale"}
    assert set(entities_by_name("", "General Foods grew.", General_Foods="ORG")) == {"General Foods"}
