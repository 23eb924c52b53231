"""What a denial denies, where another says it in the same sentence, or a headline names its source after it."""

from consumers.entities.attribution import find_claims
from consumers.entities.linking import link_entities
from monitor.messages import Claim
from monitor.text.languages import pack


def claims(text: str, title: str = "") -> list[Claim]:
    rules = pack("en").attribution
    assert rules is not None
    return list(find_claims(title, text, link_entities(title, text, [], [], pack("en").names, "en"), rules))


def test_the_words_are_what_another_says_without_who_says_it() -> None:
    found = claims("The mayor has said the ferry runs daily, despite repeated denials from the operator.")
    assert [(claim.stance, claim.words) for claim in found if claim.stance == "denied"] == [("denied", "the ferry runs daily")]


def test_the_source_at_the_end_of_a_headline_is_none_of_the_words() -> None:
    (denial,) = [claim for claim in claims("", "Putin denies talks with Macron: Kremlin") if claim.stance == "denied"]
    assert denial.words == "talks with Macron"


def test_a_transcript_is_no_source() -> None:
    assert claims("", "Transcript: an interview with the mayor of Varnholm") == []
