"""Claims: who says what, how sure they are, and through whom."""

import pytest

from consumers.entities.attribution import MAX_CLAIMS, all_claims
from monitor.messages import Claim
from monitor.text.languages import pack
from tests.unit.entities.told import describe, english_claims, told

NAMES = {"Ana_Ruiz": "PERSON", "Tom_Vale": "PERSON", "Harbour_Post": "ORG", "Northmoor_Steel": "ORG", "Kestrel_Foods": "ORG"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Ruiz said the bridge would close.", ["said: Ana Ruiz"]),
        ("The bridge will close, Ana Ruiz said.", ["said: Ana Ruiz"]),
        ("The bridge will close, said Ana Ruiz, the mayor.", ["said: Ana Ruiz"]),
        ('"The bridge will close," said the mayor, Ana Ruiz.', ["said: Ana Ruiz"]),
        ("“It will close,” mayor Ana Ruiz told reporters on Monday.", ["said: Ana Ruiz"]),
        ("Ana Ruiz, who has led the town since 2019, says the bridge is safe.", ["said: Ana Ruiz"]),
        ("Ana Ruiz, the town's mayor, warned that the bridge was old.", ["said: Ana Ruiz"]),
        ("The mayor, Ana Ruiz, announced a review.", ["announced: Ana Ruiz"]),
        ("Ana Ruiz promised last week to repair the bridge.", ["announced: Ana Ruiz"]),
        ("Ana Ruiz said the bridge was old and warned that it would close.", ["said: Ana Ruiz", "said: Ana Ruiz"]),
        ("Ana Ruiz said the bridge was old, adding that it would close.", ["said: Ana Ruiz", "said: Ana Ruiz"]),
        ("Tom Vale accused Ana Ruiz of lying.", ["said: Tom Vale"]),
        ("Ana Ruiz went on to say that the bridge would close.", ["said: Ana Ruiz"]),
        ("The bridge is safe, according to Ana Ruiz.", ["reported: Ana Ruiz"]),
        ("The bridge is old and dangerous, vets said.", ["said: vets"]),
        ("However, nobody said that the bridge was old.", []),
    ],
)
def test_the_source_stands_before_or_after_its_verb(text: str, expected: list[str]) -> None:
    assert told(text, **NAMES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norway's coast guard said the ferry was safe.", ["said: Norway's coast guard"]),
        ("A spokeswoman for the ministry said the ferry was safe.", ["said: spokeswoman for the ministry"]),
        ("The ferry was safe, a harbour pilot said.", ["said: harbour pilot"]),
        ("The Danish treasury said the loan was cheap.", ["said: Danish treasury"]),
        ("A Northmoor Steel welder said the plant would close.", ["said: Northmoor Steel welder"]),
        ("Canada's finance ministry declined to give details or comment.", ["declined: Canada's finance ministry"]),
        ("Ana Ruiz will travel, her office confirmed on Friday.", ["confirmed: Ana Ruiz's office"]),
        ("The head of the port authority in Bergen said it was safe.", ["said: head of the port authority in Bergen"]),
        (
            "Polish and Czech officials and experts said the line was cut.",
            ["reported: Polish and Czech officials and experts"],
        ),
    ],
)
def test_a_role_is_told_with_whose_role_it_is(text: str, expected: list[str]) -> None:
    assert told(text, **NAMES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The train has left, according to two officials who asked not to be named.",
            ("anonymous", "two officials who asked not to be named"),
        ),
        (
            "It will be sold, four people with knowledge of the sale said.",
            ("anonymous", "four people with knowledge of the sale"),
        ),
        ("It will be sold, a person close to the talks said.", ("anonymous", "person close to the talks")),
        ("Unnamed senior army sources said the base was empty.", ("anonymous", "unnamed senior army sources")),
        ("A diplomat, speaking on condition of anonymity, said the base was empty.", ("anonymous", "diplomat")),
        ("A French official who was not authorised to speak said it was empty.", ("anonymous", "French official")),
    ],
)
def test_an_unnamed_source_is_told_in_the_words_of_the_article(text: str, expected: tuple[str, str]) -> None:
    (claim,) = english_claims(text)
    assert claim.stance == "reported"
    assert (claim.source, expected[1].startswith(claim.who or "?")) == (expected[0], True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The plant will close, the Harbour Post reported, citing three people at the company.",
            ["reported: three people at the company through Harbour Post"],
        ),
        (
            "The Harbour Post, citing unnamed union sources, said the plant would close.",
            ["reported: unnamed union sources through Harbour Post"],
        ),
        ("The news agency Reuters reported on Monday that Ana Ruiz would visit Oslo.", ["reported: Reuters"]),
        ("The Harbour Post had reported that Tom Vale would meet Ana Ruiz.", ["reported: Harbour Post"]),
        ("South Korea's Yonhap news agency reported that the ship had sailed.", ["reported: Yonhap"]),
        ("Danish media reported that the ship had sailed.", ["reported: Danish media"]),
        ("Both papers cited unnamed palace sources.", ["reported: unnamed palace sources through both papers"]),
    ],
)
def test_an_outlet_reports_and_is_what_other_sources_speak_through(text: str, expected: list[str]) -> None:
    assert told(text, Yonhap="ORG", **NAMES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tom Vale denied that the plant would close.", ["denied: Tom Vale"]),
        ("Tom Vale rejected claims that Ana Ruiz had confirmed the sale.", ["denied: Tom Vale"]),
        ("The report was denied on Tuesday by officials in Ankara.", ["denied: officials in Ankara"]),
        ("Peru's navy ruled out a tsunami.", ["denied: Peru's navy"]),
        ("The talks go on, despite denials from Ankara and Athens.", ["denied: Ankara", "denied: Athens"]),
        ('"There is no sale, and I deny it," Tom Vale told a radio station.', ["denied: Tom Vale"]),
        ("Tom Vale confirmed on Tuesday that the plant would close.", ["confirmed: Tom Vale"]),
        ("Ankara and Athens have confirmed the talks.", ["confirmed: Ankara", "confirmed: Athens"]),
        ("The ministry corrected an earlier statement.", ["corrected: ministry"]),
        (
            "Northmoor Steel will buy Kestrel Foods, the companies said in a joint statement.",
            ["confirmed: Kestrel Foods", "confirmed: Northmoor Steel"],
        ),
    ],
)
def test_denials_confirmations_and_corrections_have_their_source(text: str, expected: list[str]) -> None:
    assert told(text, **NAMES) == expected


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("The Kremlin would neither confirm nor deny the trip.", "Kremlin"),
        ("The Kremlin did not immediately respond to a request for comment.", "Kremlin"),
        ("The ministry had no comment.", "ministry"),
        ("Palace officials could not be reached.", "palace officials"),
        ("State television made no mention of the trip.", "state television"),
        ("There was no immediate comment from the Kremlin.", "Kremlin"),
        ('The Kremlin said it had "nothing to say" on the trip.', "Kremlin"),
        ("Harbour officials said they had no information to give.", "Harbour officials"),
    ],
)
def test_who_says_nothing_declines(text: str, who: str) -> None:
    assert f"declined: {who}" in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "The report could not be confirmed.",
        "It was not immediately clear whether the trip was planned.",
        "He was denied entry at the border.",
        "The government has yet to confirm the date.",
        "The Kremlin has not confirmed that he will come.",
        "If confirmed, it would be her first visit.",
        "The trip will go ahead if the Kremlin confirms it.",
        "There were 12 confirmed cases in Bergen.",
        "Neither Ankara nor Athens has confirmed a visit.",
        "No official confirmed the visit.",
        "The ferry leaves at nine.",
        "The two leaders plan to meet in Ankara next month.",
        "Ana Ruiz will announce a review.",
        "She reported from Kyiv and Warsaw for ten years.",
        "Harbour police refused him entry.",
    ],
)
def test_what_nobody_says_is_no_claim(text: str) -> None:
    assert not {claim.stance for claim in english_claims(text, **NAMES)} & {"confirmed", "denied", "announced", "reported"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Ruiz to meet Vale in Oslo: report", ["reported: report"]),
        ("Storm kills three: police", ["said: police"]),
        ("Ferry was safe - sources", ["reported: sources"]),
        ("Quake of magnitude 6 hits coast: USGS", ["said: USGS"]),
        ("Kremlin: no talks planned this week", ["said: Kremlin"]),
        ("Police: two held after fire", ["said: police"]),
        ("Vale reaches Khasan harbour, local governor confirms", ["confirmed: local governor"]),
        ("Bridge to close in May, says mayor", ["said: mayor"]),
        ("Bridge to close in May, Officials Say", ["reported: officials"]),
        ("Kremlin denies plan for talks", ["denied: Kremlin"]),
        ("Vladimir Putin: what we know about the trip", []),
        ("Storm in Bergen: three things to know", []),
    ],
)
def test_headlines_name_their_source_beside_a_sign_or_verb(title: str, expected: list[str]) -> None:
    assert told("", title, **NAMES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Ruiz came home. She said the bridge was safe.", ["said: Ana Ruiz"]),
        ("Ana Ruiz met Tom Vale. Later he said it was safe.", ["said: Tom Vale", "said: Ana Ruiz"]),
        ("The ministry met on Monday. It said nothing had changed.", ["said: ministry", "said: None"]),
        ("Two harbour officials said it was safe. They added that it would open.", ["reported: two harbour officials"]),
        (
            "Two port officials who asked not to be named said it was safe. The officials said it would open.",
            ["reported: two port officials"],
        ),
    ],
)
def test_pronouns_and_repeated_roles_stand_for_a_source_before_them(text: str, expected: list[str]) -> None:
    assert set(told(text, **NAMES)) <= set(expected)
    assert told(text, **NAMES)


def test_she_is_not_several_women() -> None:
    text = "Ana Ruiz said it was late. Both women said they were tired. She said it rained."
    assert told(text, **NAMES) == ["reported: both women", "said: Ana Ruiz", "said: Ana Ruiz"]


def test_a_claim_has_its_words_and_the_places_of_cue_source_and_words() -> None:
    text = "Ana Ruiz, the mayor, told reporters on Monday that the bridge would close, but ruled out a toll."
    claims = {claim.stance: claim for claim in english_claims(text, **NAMES)}
    said, denied = claims["said"], claims["denied"]
    assert (said.words, denied.words) == ("the bridge would close", "a toll")
    assert [text[span.start : span.end] for span in (said.cue, said.who_at, said.words_at) if span] == [
        "told",
        "Ana Ruiz",
        "the bridge would close",
    ]
    assert said.entity == denied.entity == "person:ana ruiz"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The bridge will close, said Ana Ruiz.", "The bridge will close"),
        ("According to Ana Ruiz, the bridge will close.", "the bridge will close"),
        ("OSLO, Jan 8 (Post) - The bridge will close, Ana Ruiz said on Monday.", "The bridge will close"),
        ("It was denied by Ana Ruiz that the bridge would close.", "the bridge would close"),
        ("After Ana Ruiz denied the sale, shares rose.", "the sale"),
        ("Ana Ruiz told reporters the loan was cheap.", "the loan was cheap"),
        ("Ana Ruiz told the Harbour Post she would resign.", "she would resign"),
        ("The army said late on Monday it had pulled back.", "it had pulled back"),
        ("According to two people, who asked not to be named, the deal is off.", "the deal is off"),
        ("Ana Ruiz told critics on Monday it was personal.", "it was personal"),
        ("Ana Ruiz said on Tuesday it would close.", "it would close"),
        ("On Tuesday the bridge will close, Ana Ruiz said.", "On Tuesday the bridge will close"),
        ("The Harbour Post reported on Monday that the bridge will close, citing two aides.", "the bridge will close"),
        ("The bridge will close on Friday, vets said.", "The bridge will close on Friday"),
    ],
)
def test_the_words_of_a_claim_are_those_of_its_clause(text: str, words: str) -> None:
    assert [claim.words for claim in english_claims(text, **NAMES)] == [words]


def test_the_words_of_a_claim_are_bounded() -> None:
    (claim,) = english_claims(f"The mayor said {'that it rained and ' * 60}stopped.")
    assert claim.words is not None
    assert len(claim.words) <= 300
    assert claim.words_at is not None
    assert claim.words_at.end - claim.words_at.start > 300


def test_an_article_keeps_its_strongest_claims() -> None:
    text = "The mayor said so. " * (2 * MAX_CLAIMS) + "The mayor denied it."
    claims = english_claims(text)
    assert len(claims) == MAX_CLAIMS
    assert claims[0].stance == "denied"
    rules = pack("en").attribution
    assert rules is not None
    assert len(list(all_claims("", text, (), rules))) == 2 * MAX_CLAIMS + 1


def test_short_capitals_are_no_grammatical_words() -> None:
    assert told("US officials said the WHO was late.") == ["reported: US officials"]
    assert told("The WHO said the virus had spread.", WHO="ORG") == ["said: World Health Organization"]


def test_a_claim_without_entities_of_the_article_has_no_entity() -> None:
    claim: Claim = english_claims("The mayor said so.")[0]
    assert (describe(claim), claim.entity, claim.through) == ("said: mayor", None, None)


def test_a_role_that_was_taken_for_a_name_is_a_role() -> None:
    (claim,) = english_claims("The talks will go on, a Danish Official said.", Danish_Official="PERSON")
    assert (claim.source, claim.who) == ("role", "Danish Official")


@pytest.mark.parametrize("reports", ["Media reports", "Local police reports", "Company statements"])
def test_a_noun_after_according_to_is_no_verb_of_its_own(reports: str) -> None:
    assert told(f"According to {reports.lower()}, the bridge is shut.") == [f"reported: {reports.lower()}"]
