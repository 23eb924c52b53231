"""Offices by which an article calls persons, and who holds them on its day."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.entities.linking import MAX_ENTITIES, link_entities
from consumers.entities.ner import NerSpan
from consumers.entities.roles import link_roles
from monitor.messages import Entity, Role, RoleMention, Span
from monitor.text import gazetteer
from monitor.text.languages import PACKS, pack
from monitor.text.office_holders import by_office, holder_on, load, tenures_on

MARCH_2024 = date(2024, 3, 10)


def linked(
    text: str, day: date | None = MARCH_2024, *, title: str = "", persons: tuple[str, ...] = (), code: str = "en"
) -> tuple[tuple[Entity, ...], tuple[RoleMention, ...]]:
    """Return the entities and the offices of an article, in which a model finds *persons*."""
    spans = [NerSpan(text.index(name), text.index(name) + len(name), "PERSON") for name in persons]
    entities = link_entities(title, text, [], spans, pack(code).names, code)
    return link_roles(title, text, entities, pack(code), day)


def holders(text: str, day: date | None = MARCH_2024, **options: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the words of each office in *text*, with the name of its holder or why there is none."""
    _, roles = linked(text, day, persons=options.get("persons", ()))
    names = gazetteer.load()
    return [
        (text[each.at.start : each.at.end], names[each.entity].name if each.entity else str(each.refused)) for each in roles
    ]


@pytest.mark.parametrize(
    ("text", "words", "holder"),
    [
        ("Talks end. The Russian president was silent.", "Russian president", "Vladimir Putin"),
        ("The U.S. president was silent.", "U.S. president", "Joe Biden"),
        ("Britain's prime minister was silent.", "Britain's prime minister", "Rishi Sunak"),
        ("The prime minister of Japan was silent.", "prime minister of Japan", "Fumio Kishida"),
        ("A Kremlin spokesman was silent.", "Kremlin spokesman", "Dmitry Peskov"),
        ("The North Korean leader’s train was late.", "North Korean leader", "Kim Jong Un"),
        ("The South Korean president was silent.", "South Korean president", "Yoon Suk Yeol"),
        ("The head met the NATO secretary-general in May.", "NATO secretary-general", "unknown"),
        ("The German chancellor and his wife came.", "German chancellor", "Olaf Scholz"),
    ],
)
def test_an_office_is_linked_to_who_holds_it_on_the_day(text: str, words: str, holder: str) -> None:
    assert holders(text) == [(words, holder)]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("fr", "Le président russe se tait.", ["Vladimir Putin"]),
        ("fr", "La présidente de la Commission se tait.", []),
        ("fr", "Le premier ministre du Japon et la chancelière se taisent.", ["Fumio Kishida"]),
        ("fr", "L'ancien président américain se tait.", ["former"]),
        ("fr", "Le président français de la banque se tait.", []),
        ("es", "El presidente ruso calla. El primer ministro de Japón también.", ["Vladimir Putin", "Fumio Kishida"]),
        ("es", "El ex presidente ruso calla.", ["former"]),
        ("es", "El presidente ruso Iván Orlov calla.", []),
        ("it", "Il presidente russo tace. Il primo ministro del Giappone anche.", ["Vladimir Putin", "Fumio Kishida"]),
        ("it", "La premier italiana tace.", ["Giorgia Meloni"]),
        ("it", "L'ex presidente russo tace.", ["former"]),
        ("it", "Il presidente francese della banca tace.", []),
        (
            "pt",
            "O presidente do Brasil cala. O primeiro-ministro do Japão também.",
            ["Luiz Inacio Lula da Silva", "Fumio Kishida"],
        ),
        ("pt", "O ex-presidente russo cala.", ["former"]),
        ("pt", "O presidente russo Ivan Orlov cala.", []),
        ("de", "Der russische Präsident schweigt. Der Kremlsprecher auch.", ["Vladimir Putin", "Dmitry Peskov"]),
        ("de", "Der frühere russische Präsident schweigt.", ["former"]),
        ("de", "Die Regierungschefin von Italien schweigt.", ["Giorgia Meloni"]),
        ("de", "Russlands Präsident und Großbritanniens Premierminister schweigen.", ["Vladimir Putin", "Rishi Sunak"]),
        ("de", "Russlands früherer Präsident schweigt.", []),
        ("ru", "Российский президент молчит.", ["Vladimir Putin"]),
        ("ru", "Слова французского президента удивили.", ["Emmanuel Macron"]),
        ("ru", "Бывший российский президент молчит.", ["former"]),
        ("ru", "Президент Украины молчит.", ["Volodymyr Zelensky"]),
    ],
)
def test_offices_in_other_languages(code: str, text: str, expected: list[str]) -> None:
    _, roles = linked(text, code=code)
    names = gazetteer.load()
    assert [names[each.entity].name if each.entity else each.refused for each in roles] == expected


@pytest.mark.parametrize(
    ("day", "holder"),
    [
        (date(2019, 1, 5), "Angela Merkel"),
        (date(2021, 12, 8), "change"),
        (date(2023, 1, 5), "Olaf Scholz"),
        (date(2025, 5, 7), "change"),
        (date(2025, 9, 1), "Friedrich Merz"),
        (date(2001, 1, 1), "unknown"),
        (None, "undated"),
    ],
)
def test_the_holder_depends_on_the_day(day: date | None, holder: str) -> None:
    assert holders("The German chancellor was silent.", day) == [("German chancellor", holder)]


@pytest.mark.parametrize(
    "text",
    [
        "The former Russian president was silent.",
        "The ex-Russian president was silent.",
        "The Russian president-elect was silent.",
        "The former president of Russia was silent.",
    ],
)
def test_a_former_or_future_holder_is_not_linked(text: str) -> None:
    assert [why for _, why in holders(text)] == ["former"]


@pytest.mark.parametrize(
    "text",
    [
        "Russian presidents were silent.",
        "The president of Russia's chess federation was silent.",
        "The Russian president of the league was silent.",
        "The Russian deputy prime minister was silent.",
        "He is Russian. President and premier were silent.",
        "The Russian president Ivan Orlov was silent.",
        "The Peruvian president was silent.",
        "The president was silent.",
    ],
)
def test_other_words_are_no_office_that_is_known(text: str) -> None:
    assert holders(text) == []


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("In 1999 the Russian president was silent.", "time"),
        ("The Russian president (2008) was silent.", "time"),
        ("The Russian president in 1999 was silent.", "time"),
        ("The Russian president-to-be was silent.", "former"),
        ("It ended in 1999. The Russian president was silent.", "Vladimir Putin"),
        ("In 2024 the Russian president was silent.", "Vladimir Putin"),
        ("The Russian president, who was born in 1952, was silent.", "Vladimir Putin"),
    ],
)
def test_the_holder_of_an_earlier_year_is_not_linked(text: str, holder: str) -> None:
    assert [found for _, found in holders(text)] == [holder]


def test_a_name_beside_the_office_needs_no_link() -> None:
    assert holders("Vladimir Putin, the Russian president, met Russian President Vladimir Putin.") == []


def test_an_article_that_names_another_holder_is_not_linked() -> None:
    text = "Russian President Ivan Orlov was silent. The Russian president then left."
    assert holders(text, persons=("Ivan Orlov",)) == [("Russian president", "another")]


def test_after_the_last_known_day_the_article_must_name_the_holder() -> None:
    day = date(2030, 3, 1)
    assert holders("The Russian president was silent.", day) == [("Russian president", "unchecked")]
    assert holders("The Russian president was silent. Putin left.", day) == [("Russian president", "Vladimir Putin")]


def test_the_office_is_a_mention_of_its_holder() -> None:
    text = "The Russian president was silent. Putin left. The Russian president came back."
    (putin,), roles = linked(text)
    assert (putin.id, putin.count, [text[each.start : each.end] for each in putin.mentions]) == (
        "Q7747",
        3,
        ["Russian president", "Putin", "Russian president"],
    )
    assert [each.at for each in roles] == [putin.mentions[0], putin.mentions[2]]


def test_who_is_called_by_the_office_alone_is_an_entity() -> None:
    (putin,), _ = linked("The Russian president was silent.")
    assert (putin.name, putin.type, putin.qid, putin.country) == ("Vladimir Putin", "person", "Q7747", "RU")


def test_a_headline_may_call_somebody_by_the_office() -> None:
    entities, (role,) = linked("", title="Russian President Visits Northern Ports Again")
    assert [entity.name for entity in entities] == ["Vladimir Putin"]
    assert (role.at.field, role.title, role.of) == ("title", "president", "RU")


def test_a_person_carries_the_office_of_the_day() -> None:
    (sunak,), _ = linked("Rishi Sunak left.")
    assert sunak.role == Role("head of government", "prime minister", "GB")
    assert linked("Rishi Sunak left.", date(2025, 1, 1))[0][0].role is None
    assert linked("Rishi Sunak left.", None)[0][0].role is None
    (peskov,), _ = linked("Dmitry Peskov left.")
    assert peskov.role == Role("spokesperson", "spokesperson", "org:kremlin")


def test_after_the_last_known_day_a_person_carries_an_office_that_the_article_gives() -> None:
    day = date(2030, 3, 1)
    assert linked("Vladimir Putin left.", day)[0][0].role is None
    named = linked("Russian President Vladimir Putin left.", day)[0]
    assert [each.role for each in named if each.id == "Q7747"] == [Role("head of state", "president", "RU")]


def test_the_table_is_consistent() -> None:
    known = gazetteer.load()
    for tenure in load():
        assert known[tenure.holder].type == "person"
        assert len(tenure.of) == 2 or known[tenure.of].type == "org"
        assert tenure.since < (tenure.until or date.max)
        assert tenure.since <= tenure.checked
    for tenures in by_office().values():
        ordered = sorted(tenures, key=lambda each: each.since)
        assert all(one.until and one.until <= other.since for one, other in pairwise(ordered))
    titles = {title for _, title in by_office()}
    words = {code: set(rules.titles.values()) for code in PACKS if (rules := pack(code).roles)}
    assert titles - words["en"] == {"pope"}
    assert {code: told - titles - words["en"] for code, told in words.items() if told - titles - words["en"]} == {}


@given(st.dates(date(1985, 1, 1), date(2035, 1, 1)))
def test_at_most_one_holder_on_any_day(day: date) -> None:
    for of, title in by_office():
        tenure, uncertain = holder_on(of, title, day)
        assert (tenure is None) <= (uncertain is not None)
        assert tenure is None or tenure in tenures_on(tenure.holder, day)


def test_an_article_keeps_no_more_entities_than_it_may() -> None:
    many = tuple(Entity(f"org:{number}", "org", f"Org {number}", 2, (Span("text", 0, 1),)) for number in range(MAX_ENTITIES))
    entities, _ = link_roles("", "The U.S. president was silent.", many, pack("en"), MARCH_2024)
    assert entities == many


WORDS = (
    "The",
    "former",
    "Russian",
    "president",
    "of",
    "Russia",
    "Putin",
    "'s",
    ".",
    ",",
    "Kremlin",
    "spokesman",
    "prime",
    "minister",
)


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_no_mention_is_lost_and_every_office_has_an_answer(text: str) -> None:
    before = link_entities("", text, [], [], pack("en").names, "en")
    after, roles = link_roles("", text, before, pack("en"), MARCH_2024)
    by_id = {entity.id: entity for entity in after}
    assert all(set(entity.mentions) <= set(by_id[entity.id].mentions) for entity in before)
    assert all((role.entity is None) != (role.refused is None) for role in roles)
    assert [entity.count for entity in after] == sorted((entity.count for entity in after), reverse=True)
