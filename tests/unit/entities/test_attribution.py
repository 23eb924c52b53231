"""Claims: stances and sources."""

import pytest

from consumers.entities.attribution import find_claims
from monitor.messages import Claim
from monitor.text.languages import pack
from tests.unit.entities.recognised import entities_by_name


def english_claims(text: str) -> tuple[Claim, ...]:
    rules = pack("en").attribution
    assert rules is not None
    return find_claims("", text, tuple(entities_by_name("", text).values()), rules)


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
        ("Kim Jong Un denied that the visit was planned.", "denied", "named", "Kim Jong Un"),
        ("The ministry had no comment.", "declined", "role", "ministry"),
    ],
)
def test_a_sentence_with_a_cue_is_a_claim_with_stance_and_source(text: str, stance: str, source: str, who: str) -> None:
    claim = english_claims(text)[0]
    assert (claim.stance, claim.source, claim.who) == (stance, source, who)
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
def test_a_hedged_cue_or_another_meaning_of_it_is_no_confirmation_or_denial(text: str) -> None:
    assert not {claim.stance for claim in english_claims(text)} & {"confirmed", "denied"}
