"""Lint: findings about how terms are spelt, and the hints that `check` gives too."""

from collections.abc import Callable, Iterator

import pytest

from consumers.alerts.matching.compile import CompiledWatch, compile_watch, list_hints, query_hints
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.matching.unknown_names import name_hint
from consumers.alerts.service import hints
from consumers.alerts.tools.lint.finding import Finding
from consumers.alerts.tools.lint.spelling_checks import (
    find_look_alikes,
    find_mixed_scripts,
    find_unknown_names,
    find_word_like,
)
from consumers.alerts.tools.lint.term_checks import find_ambiguous
from monitor.config import Config, Watch
from monitor.messages import EntityType

Check = Callable[[CompiledWatch], Iterator[Finding]]
LOOKUPS = lookups_for(Config())


def findings_of(check: Check, watch: Watch | str) -> list[tuple[str, str]]:
    """Return the kind and the term of each finding of *check*."""
    compiled = compile_watch(Watch("w", query=watch) if isinstance(watch, str) else watch, LOOKUPS)
    return [(finding.kind, finding.term.text if finding.term else "") for finding in check(compiled)]


@pytest.mark.parametrize(
    ("watch", "terms"),
    [
        ("US tariffs", ["US"]),
        ("tariffs NOT IT", ["IT"]),
        ("title:WHO OR vaccine", ["WHO"]),
        (Watch("w", any=("AIDS", "vaccine")), ["AIDS"]),
        ('case("US") tariffs', []),
        ("us OR NATO OR ferry", []),
        ('"US Navy"', []),
        ("org:WHO", []),
    ],
)
def test_a_name_in_capitals_that_is_also_a_word_is_ambiguous(watch: Watch | str, terms: list[str]) -> None:
    assert findings_of(find_word_like, watch) == [("ambiguous", term) for term in terms]


def test_two_letters_alone_are_ambiguous_unless_they_are_known() -> None:
    assert findings_of(find_ambiguous, "PM OR EU OR ferry") == [("ambiguous", "PM")]
    assert findings_of(find_ambiguous, "PM ferry") == []


@pytest.mark.parametrize(
    ("watch", "terms"),
    [
        ("\u0420utin summit", ["\u0420utin"]),
        ("case(\u0410pple) OR t\u0430ri*", ["\u0410pple", "t\u0430ri*"]),
        (Watch("w", any=("ferry", "h\u0430rbour")), ["h\u0430rbour"]),
        (Watch("w", any=("h\u0430rbour",), confusables=True), []),
        ("Путин OR Putin OR μTorrent OR Θ OR 김정은", []),
    ],
)
def test_a_word_of_two_alphabets_is_a_look_alike(watch: Watch | str, terms: list[str]) -> None:
    assert findings_of(find_mixed_scripts, watch) == [("look-alike", term) for term in terms]


@pytest.mark.parametrize(
    ("watch", "terms"),
    [
        ("Toma OR \u0422\u043e\u043c\u0430", ["\u0422\u043e\u043c\u0430"]),
        (Watch("w", any=("ferry", "TOMA", "\u0422\u043e\u043c\u0430")), ["\u0422\u043e\u043c\u0430"]),
        (Watch("w", any=("Toma", "\u0422\u043e\u043c\u0430"), confusables=True), []),
        ("Toma \u0422\u043e\u043c\u0430", []),
        ("Toma OR toma OR Tomas", []),
    ],
)
def test_terms_of_one_or_that_look_the_same_are_look_alikes(watch: Watch | str, terms: list[str]) -> None:
    assert findings_of(find_look_alikes, watch) == [("look-alike", term) for term in terms]


@pytest.mark.parametrize(
    ("name", "entity_type", "meant"),
    [
        ("Vladmir Putin", "person", "Vladimir Putin"),
        ("Macron Emmanuel", "person", "Emmanuel Macron"),
        ("Emanuel Macron", "person", "Emmanuel Macron"),
        ("Wrld Health Organization", "org", "World Health Organization"),
        ("Germnay", "place", "Germany"),
    ],
)
def test_a_misspelt_name_gives_the_known_one(name: str, entity_type: EntityType, meant: str) -> None:
    assert name_hint(name, entity_type) == f"{name!r} is not a known name: did you mean {meant!r}?"


@pytest.mark.parametrize(
    "name", ["Vladimir Putin", "Путин", "Q7747", "Orla Fenwick", "Kim Jong Nam", "Melania Trump", "Xi", "", "x" * 999]
)
def test_a_known_name_or_one_that_is_near_to_none_gives_no_suggestion(name: str) -> None:
    assert name_hint(name, "person") is None


def test_a_name_of_another_type_is_told() -> None:
    assert name_hint("Russia", "org") == "'Russia' is known as a place, not as an organisation: write place instead of org"


def test_names_that_nobody_knows_are_notes() -> None:
    watch = Watch("w", person=("Orla Fenwick", "Vladmir Putin", "Angela Merkel", "Q4711"))
    assert findings_of(find_unknown_names, watch) == [("note", "Orla Fenwick")]
    assert findings_of(find_unknown_names, 'place:"Port Fenwick" -org:"Fenwick Ltd"') == [("note", "Port Fenwick")]


def test_hints_have_the_place_of_what_they_concern() -> None:
    in_lists = Watch("a", any=("dock*", "–strike", "Kim OR Putin", "well-being"), place=("Germnay",))
    in_query = Watch("b", query="ferry –strike\nperson:'Vladmir Putin'")
    assert [(kind, problem.key) for kind, problem in list_hints(in_lists)] == [
        *[("literal", "any")] * 3,
        ("unknown", "place"),
    ]
    assert [(kind, error.line, error.column) for kind, error in query_hints(in_query)] == [("foreign", 1, 7), ("unknown", 2, 8)]
    assert [hint.watch for hint in hints(Config(watches=(in_lists, in_query)))] == ["a"] * 4 + ["b"] * 2
