"""Names within words with hyphens: who is named, who says something, and whose office it is."""

from datetime import date

import pytest

from consumers.entities.attribution import find_claims
from consumers.entities.linking import link_entities
from consumers.entities.ner import NerSpan
from consumers.entities.roles import link_roles
from monitor.messages import Entity
from monitor.text import gazetteer
from monitor.text.languages import pack


def linked(text: str, code: str = "de", *persons: str) -> tuple[Entity, ...]:
    """Return the entities of *text*, in which a model finds *persons*."""
    spans = [NerSpan(text.index(name), text.index(name) + len(name), "PERSON") for name in persons]
    return link_entities("", text, [], spans, pack(code).names, code)


def sources(text: str) -> list[tuple[str, str | None, str | None]]:
    """Return the kind, the words and the id of each source in a German text."""
    rules = pack("de").attribution
    assert rules is not None
    return [(claim.source, claim.who, claim.entity) for claim in find_claims("", text, linked(text), rules)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Das EU-Parlament bestätigte die Frist.", ("named", "European Parliament", "org:european-parliament")),
        ("Die EU-Kommission bestätigte die Frist.", ("named", "European Commission", "org:european-commission")),
        ("Der UN-Sicherheitsrat bestätigte die Frist.", ("named", "UN Security Council", "org:un-security-council")),
        ("Die Nachrichtenagentur Reuters bestätigte die Frist.", ("named", "Reuters", "org:reuters")),
        ("Die Reuters-Agentur bestätigte die Frist.", ("named", "Reuters", "org:reuters")),
        ("Die Opec-Organisation bestätigte die Frist.", ("named", "OPEC", "org:opec")),
        ("Der Opec-Sprecher bestätigte die Frist.", ("role", "Opec-Sprecher", None)),
        ("Die Scholz-Regierung bestätigte die Frist.", ("role", "Scholz-Regierung", None)),
        ("Der Putin-Sprecher bestätigte die Frist.", ("role", "Putin-Sprecher", None)),
    ],
)
def test_a_source_in_a_compound_is_the_body_only_if_the_rest_adds_nothing(
    text: str, expected: tuple[str, str | None, str | None]
) -> None:
    assert sources(text) == [expected]


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("Der Opec-Generalsekretär schweigt.", None),
        ("Der Nato-Generalsekretär schweigt.", "Mark Rutte"),
        ("Die EZB-Präsidentin schweigt.", "Christine Lagarde"),
        ("Die EU-Kommissionspräsidentin schweigt.", "Ursula von der Leyen"),
        ("Der US-Außenminister schweigt.", "Marco Rubio"),
        ("Der Kreml-Sprecher schweigt.", "Dmitry Peskov"),
        ("Der Putin-Sprecher schweigt.", None),
    ],
)
def test_an_office_in_a_compound_is_that_of_the_body(text: str, holder: str | None) -> None:
    _, roles = link_roles("", text, linked(text), pack("de"), date(2025, 3, 10))
    assert [gazetteer.load()[role.entity].name for role in roles if role.entity] == ([holder] if holder else [])


@pytest.mark.parametrize(
    ("code", "text", "count"),
    [
        ("de", "Olaf Scholz kam. Der Scholz-Besuch war kurz. Die Anti-Scholz-Demo auch.", 3),
        ("en", "Olaf Scholz came. The Scholz-era budget and a pro-Scholz rally followed.", 3),
        ("fr", "Olaf Scholz est venu. Le tandem Macron-Scholz aussi.", 2),
        ("de", "Olaf Scholz kam. Das Scholzhaus blieb zu.", 1),
    ],
)
def test_a_surname_within_a_compound_is_a_mention(code: str, text: str, count: int) -> None:
    assert [entity.count for entity in linked(text, code) if entity.name == "Olaf Scholz"] == [count]


def test_a_double_surname_is_no_compound() -> None:
    text = "Jana Berg and Petra Berg-Wolf met. Berg-Wolf left."
    counts = {entity.name: entity.count for entity in linked(text, "en", "Jana Berg", "Petra Berg-Wolf")}
    assert counts == {"Jana Berg": 1, "Petra Berg-Wolf": 1}
