"""Entity linking: mentions, short names, namesakes and entities."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.entities.linking import link_entities
from consumers.entities.ner import NerSpan
from monitor.messages import Entity
from monitor.text.languages import pack
from tests.unit.entities.recognised import entities_by_name

RULES = pack("en").names


def mentioned(entity: Entity, title: str, text: str) -> list[str]:
    """Return the text at each listed mention of *entity*."""
    return [(title if span.field == "title" else text)[span.start : span.end] for span in entity.mentions]


@pytest.fixture
def time_limit() -> Iterator[None]:
    """Fail a test after a minute: in the service, such a text would delay every other article."""
    signal.signal(signal.SIGALRM, lambda *_: pytest.fail("linking this text takes too long"))
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


@pytest.mark.usefixtures("time_limit")
@pytest.mark.parametrize(("repeated", "count"), [("Putin ", 43_690), ("A'", 0)])
def test_the_longest_text_is_linked_in_bounded_time(repeated: str, count: int) -> None:
    entities = link_entities("Title", (repeated * 262_144)[:262_144], [], [], RULES)
    assert sum(entity.count for entity in entities) >= count


def test_an_abbreviation_is_counted_once_at_each_place() -> None:
    text = "The Acme Widget Union (AWU) met. The Acme Widget Union (AWU) agreed. AWU was glad."
    entities = entities_by_name("Title", text, Acme_Widget_Union="ORG")
    assert mentioned(entities["Acme Widget Union"], "Title", text).count("AWU") == 3
    assert entities["Acme Widget Union"].count == 5


def test_a_short_name_is_resolved_to_the_full_name() -> None:
    title, text = "Kim heads north", "Kim Jong Un left on Sunday. Mr Kim was seen. Later Kim's train stopped."
    entities = entities_by_name(title, text, Kim_Jong_Un="PERSON")
    assert list(entities) == ["Kim Jong Un"]
    assert entities["Kim Jong Un"].id == "Q56226"
    assert mentioned(entities["Kim Jong Un"], title, text) == ["Kim", "Kim Jong Un", "Kim", "Kim"]
    assert entities["Kim Jong Un"].count == 4


def test_a_short_name_may_begin_with_a_letter_of_another_language() -> None:
    text = "Mesut Özil came to Lindvik. Later Özil left."
    assert {name: entity.count for name, entity in entities_by_name("", text, Mesut_Özil="PERSON").items()} == {"Mesut Özil": 2}


def test_a_shared_surname_means_the_person_named_last() -> None:
    text = "Ana Silva spoke. Silva left. Bruno Silva came. Silva sat down."
    entities = entities_by_name("", text, Ana_Silva="PERSON", Bruno_Silva="PERSON")
    assert {name: mentioned(entity, "", text) for name, entity in entities.items()} == {
        "Ana Silva": ["Ana Silva", "Silva"],
        "Bruno Silva": ["Bruno Silva", "Silva"],
    }


def test_a_namesake_of_a_leader_is_not_the_leader() -> None:
    text = "The bus driver Deniz Erdogan baked on. Later Erdogan won."
    assert list(entities_by_name("", text, Deniz_Erdogan="PERSON")) == ["Deniz Erdogan"]
    text_without_model = "Bronze ging an die Judoka Aylin Erdogan aus Bernau. Erdogan freute sich."
    entities = entities_by_name("", text_without_model)
    assert [(entity.name, entity.count) for entity in entities.values()] == [("Aylin Erdogan", 2)]


def test_a_leader_named_by_office_beside_a_namesake_stays_the_leader() -> None:
    text = "President Erdogan came with his wife Emine Erdogan. Erdogan spoke."
    entities = entities_by_name("", text, Emine_Erdogan="PERSON")
    assert {name: entity.count for name, entity in entities.items()} == {"Recep Tayyip Erdogan": 2, "Emine Erdogan": 1}
    text_without_model = "Staatschef Erdogan reist ab. Im September kam Erdogan wieder."
    assert list(entities_by_name("", text_without_model)) == ["Recep Tayyip Erdogan"]


def test_the_gazetteer_corrects_the_model() -> None:
    text = "Chosun Ilbo and YTN reported from the Eastern Economic Forum."
    entities = entities_by_name("", text, Chosun_Ilbo="PERSON", YTN="PERSON", Eastern_Economic_Forum="ORG")
    assert {name: entity.type for name, entity in entities.items()} == {
        "Chosun Ilbo": "org",
        "YTN": "org",
        "Eastern Economic Forum": "event",
    }


def test_a_longer_name_around_a_listed_one_stays_whole() -> None:
    entities = entities_by_name("", "The Bank of Russia raised rates.", Bank_of_Russia="ORG")
    assert entities["Bank of Russia"].type == "org"


def test_forums_and_summits_are_events_without_the_model() -> None:
    assert entities_by_name("", "He spoke at the Harbour Trade Forum in May.")["Harbour Trade Forum"].type == "event"


def test_titles_and_genitives_are_trimmed_from_a_name() -> None:
    text = "We met President Ada Vale's brother."
    assert set(entities_by_name("", text, **{"President_Ada_Vale's": "PERSON"})) == {"Ada Vale"}


def test_an_abbreviation_is_resolved_to_the_full_name() -> None:
    text = "The Coastal Fisheries Board (CFB) met. The CFB decided."
    assert entities_by_name("", text, Coastal_Fisheries_Board="ORG")["Coastal Fisheries Board"].count == 3


def test_in_a_headline_case_title_only_names_of_the_text_count() -> None:
    title, text = "Burglar Trapped In Cellar As Vale Watches", "Ada Vale watched."
    assert RULES.is_headline_case(title)
    entities = entities_by_name(title, text, Burglar_Trapped="PERSON", Vale="PERSON", Ada_Vale="PERSON")
    assert set(entities) == {"Ada Vale"}
    assert entities["Ada Vale"].count == 2


@given(
    st.text(max_size=200),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30), st.sampled_from(["PERSON", "ORG", "EVENT", "DATE"]))),
)
def test_every_mention_lies_in_the_text(text: str, raw: list[tuple[int, int, str]]) -> None:
    spans = [NerSpan(min(start, len(text)), min(start + length, len(text)), label) for start, length, label in raw]
    for entity in link_entities(text, text, spans, spans, RULES):
        assert entity.name
        for mention in entity.mentions:
            assert 0 <= mention.start < mention.end <= len(text)


@pytest.mark.parametrize(
    ("name", "kept"), [("中国国际贸易促进委员会浙江分会", True), ("中" * 41, False), ("A b c d e f g h i j k", False)]
)
def test_a_name_of_letters_that_are_a_token_each_may_have_more_of_them_than_words(name: str, *, kept: bool) -> None:
    entities = link_entities("", f"{name} 。", [], [NerSpan(0, len(name), "ORG")], pack("zh").names, "zh")
    assert (name in {entity.name for entity in entities}) is kept


@pytest.mark.parametrize(
    ("text", "found", "label", "name"),
    [
        ("PARIS 2026-03-14 Farmers blocked roads.", "PARIS 2026-03-14", "EVENT", "Paris"),
        ("The summit in Geneva, 14. was short.", "Geneva, 14.", "ORG", "Geneva"),
    ],
)
def test_a_number_beside_a_known_name_makes_no_longer_name(text: str, found: str, label: str, name: str) -> None:
    assert name in entities_by_name("", text, **{found.replace(" ", "_"): label})
