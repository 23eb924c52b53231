"""What stands between a verb and what is said: whom it is told, where, and on what occasion."""

import pytest

from tests.unit.entities.told import english_claims, told

NAMES = {
    "Ana_Ruiz": "PERSON", "Tom_Vale": "PERSON", "Harbour_Post": "ORG", "Northmoor_Steel": "ORG", "Photogram": "ORG",
    "Chatter": "ORG", "Air_One": "ORG", "Bergen": "GPE",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "who", "words"),
    [
        ("Ana Ruiz wrote on Photogram that the bridge would close.", "Ana Ruiz", "the bridge would close"),
        ("Ana Ruiz wrote on her Chatter channel the bridge would close.", "Ana Ruiz", "the bridge would close"),
        ("Tom Vale posted on X that the talks had failed.", "Tom Vale", "the talks had failed"),
        ("Tom Vale said in a statement on Chatter that two ships sank.", "Tom Vale", "two ships sank"),
        ("Tom Vale said in a statement on Chatter two ships sank.", "Tom Vale", "two ships sank"),
        ("Tom Vale said in an interview with the Harbour Post that prices fell.", "Tom Vale", "prices fell"),
        ("Ana Ruiz said during a visit to Bergen that the port would grow.", "Ana Ruiz", "the port would grow"),
        ("Ana Ruiz said on Monday during a visit to Bergen the port would grow.", "Ana Ruiz", "the port would grow"),
        ("Northmoor Steel said in its annual report that profits had halved.", "Northmoor Steel", "profits had halved"),
        ("Ana Ruiz told reporters aboard Air One that a deal was near.", "Ana Ruiz", "a deal was near"),
        ("Ana Ruiz told reporters aboard the ferry she would not resign.", "Ana Ruiz", "she would not resign"),
        ("Ana Ruiz told him he would lose the post.", "Ana Ruiz", "he would lose the post"),
        ("Ana Ruiz told her the contract was void.", "Ana Ruiz", "the contract was void"),
        ("Ana Ruiz told her brother the contract was void.", "Ana Ruiz", "the contract was void"),
        ("Ana Ruiz told us that nobody was hurt.", "Ana Ruiz", "nobody was hurt"),
        ("Ana Ruiz told workers about the plan she drew.", "Ana Ruiz", "workers about the plan she drew"),
        ("Ana Ruiz said in Bergen the price had doubled.", "Ana Ruiz", "in Bergen the price had doubled"),
    ],
)
def test_what_is_said_begins_after_the_circumstances(text: str, who: str, words: str) -> None:
    (claim,) = english_claims(text, **NAMES)
    assert (claim.who, (claim.words or "").rstrip(".")) == (who, words)


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz wrote in a book that won a prize.",
        "Tom Vale posted at the site that was closed.",
        "Ana Ruiz wrote for a paper that the harbour owns.",
    ],
)
def test_a_clause_about_the_noun_before_it_is_not_what_is_said(text: str) -> None:
    assert told(text, **NAMES) == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Tom Vale told to repay loan", []),
        ("Drivers told not to use coast road", []),
        ("Northmoor Steel told it must close plant", []),
        ("Residents told they can return home", []),
        ("Residents told that water is safe", []),
        ("Ana Ruiz told reporters bridge is safe", ["said: Ana Ruiz"]),
        ("Ana Ruiz tells Tom Vale to resign", ["said: Ana Ruiz"]),
        ("Tom Vale accused of fraud", []),
        ("Northmoor Steel criticised over fire", []),
        ("Ana Ruiz accuses Tom Vale of fraud", ["said: Ana Ruiz"]),
        ("Ana Ruiz warned of floods", ["said: Ana Ruiz"]),
        ("Tom Vale told by court to repay loan", ["said: court"]),
    ],
)
def test_who_is_told_something_is_no_source(title: str, expected: list[str]) -> None:
    assert told("", title, **NAMES) == expected
