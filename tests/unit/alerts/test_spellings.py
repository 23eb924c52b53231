"""Spellings: signs in names, several spellings of one word, and phrases that end where a sentence does."""

import pytest

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.query.fields import Lookups
from consumers.alerts.tools.explain import explain
from monitor.config import Watch
from tests.make import article_stories

LOOKUPS = Lookups(lambda _text, _type: None, lambda _code: None, lambda _name: [], {})


def reasons(query: str, article: str) -> list[str]:
    """Return the words for which *query* matches *article* (title / text, ¶ between paragraphs); empty if it does not match.

    Asserts that the matcher and the explanation agree, and that the reasons quote the article.
    """
    title, _, text = article.replace("¶", "\n\n").partition(" / ")
    message, compiled = article_stories(title, text), compile_watch(Watch("w", query=query), LOOKUPS)
    matcher = Matcher()
    matcher.add(compiled)
    found = [reason for match in find_matches(matcher, message) for reason in match.reasons]
    assert bool(found) == explain(compiled.ast, Document(message)).holds
    for reason in found:
        assert reason.at
        assert (title if reason.at.field == "title" else text)[reason.at.start : reason.at.end] == reason.words
    return [reason.words for reason in found]


@pytest.mark.parametrize(
    ("query", "matching", "other"),
    [
        ("D++", "Rewritten in D++ at last", "Vitamin D falls"),
        ("D++", "D++, not D", "D+ was the grade"),
        ("D", "Vitamin D falls", "D++ and D# grow"),
        ('"D compiler"', "A D compiler", "A D++ compiler"),
        ("Q#", "The Q# language", "A Q and an A"),
        (".ZED", "The .ZED platform", "Zed wins"),
        (".ZED", "Built on (.ZED)", "Built on PRO.ZED"),
        ('"$7bn"', "A deal of $7bn", "A deal of £7bn"),
        ('"$7bn"', "A deal of US$7bn", "A deal of 7bn"),
        ('"€7m" OR "£7m"', "For £7m only", "For $7m only"),
        ("7bn", "A deal of $7bn", "A deal of 17bn"),
        ("21+", "Rated 21+ only", "All 21 players"),
        ('"40%"', "Down 40%", "About 40 ships"),
        ('"40%"', "Down 40 per cent", "The 40 percussionists"),
        ('"40%"', "Um 40 Prozent gefallen", "Nach 40 Prozessen"),
        ('"40%"', "Une baisse de 40 pour cent", "Les 40 pour la paix"),
        ('"40%"', "Рост на 40 процентов", "Все 40 проектов"),
        ("ZT&T", "ZT&T hires", "The ZT T cell"),
        ("ZT&T", "ZT & T hires", "ZT, T"),
        ('case("ZT&T")', "ZT&T hires", "ZT and T hire"),
        ("Wahoo!", "Wahoo! is sold", "A wahoo is a fish"),
        ("Wahoo", "Wahoo! is sold", "Yahoos"),
        ('"What a night!"', "What a night it was", "What night"),
        ('"Wahoo! Mail"', "On Wahoo! Mail today", "Wahoo or mail"),
        ('"#DuneSummit"', "Live: #dunesummit", "The DuneSummit"),
        ('"@DuneSummit"', "By @DuneSummit", "By #DuneSummit"),
        ('"Dune Summit"', "Live: #DuneSummit", "Live: #Dunesummit"),
        ('"Dune Summit 2031"', "Live: #DUNESummit2031!", "Live: #DUNESummit31"),
        ('"Dune Summit"', "Live: #dune_summit", "me@dunesummit"),
        ('"Summit opens"', "#DuneSummit opens", "#SummitDune opens"),
        ('"Disco+"', "Disco+ grows", "Disco is back"),
        ("Disco", "Disco+ grows", "Discos"),
    ],
)
def test_signs_that_tell_names_apart_are_a_part_of_the_term(query: str, matching: str, other: str) -> None:
    assert reasons(query, matching)
    assert not reasons(query, other)


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ('"UZ Army"', "U.Z. Army moves"),
        ('"UZ Army"', "U.Z Army moves"),
        ('"U.Z. Army"', "UZ Army moves"),
        ('"U.Z.-Mali deal"', "A UZ-Mali deal"),
        ('"QP Landon"', "Q.P. Landon's bank"),
        ('"QP Landon"', "Q. P. Landon's bank"),
        ('"Q. P. Landon"', "QP Landon"),
        ('"Q.P. Landon"', "Q P Landon"),
        ("EON", "The E.ON group"),
        ("DPhil", "A D.Phil. student"),
        ("Molokaii", "Molokaiʻi burns"),
        ("Molokai'i", "Molokaiʻi burns"),
        ("Molokaiʻi", "Molokaii burns"),
        ("Dana'a", "Danaa’s airport"),
        ("Danaa", "Dana’a airport"),
        ("OFlynn", "Mr O’Flynn"),
        ("O'Flynn", "Mr OʼFlynn"),
        ("Flynn", "Mr O'Flynn"),
        ("Lander", "Landerʼs plan"),
        ("Köhler", "Frau Koehler"),
        ("Koehler", "Frau Köhler"),
        ("Kohler", "Frau Köhler"),
        ("Köhler", "Frau Kohler"),
        ("KOEHLER", "FRAU KO\u0308HLER"),
        ("Aakirke", "Mod Åkirke"),
        ("Ålund", "In Aalund"),
        ("Ørbæk", "In Oerbaek"),
        ("Oerbaek", "In Ørbæk"),
        ("Đinđić OR x", "Djindjić OR"),
        ('"Joern Koehler"', "Jörn Köhler"),
        ("interwar", "The inter-war years"),
        ("inter-war", "The interwar years"),
        ('"interwar years"', "The inter-war years"),
        ('"inter-war years"', "The interwar years"),
        ("inter-war", "The inter\u2011war years"),
        ("interwar", "The inter\u00adwar years"),
        ('"end of life care"', "End-of-life care"),
        ("endoflife", "End-of-life care"),
        ('"Reed & Hall"', "Reed and Hall"),
        ('"Reed and Hall"', "Reed & Hall"),
        ('"Reed and Hall"', "Reed＆Hall"),
        ("title:interwar", "The inter-war years / x"),
        ("interw*", "The inter-war years"),
        ("koeh*", "Frau Köhler"),
        ("Köhl*", "Frau Koehlers"),
        ("interwar NEAR/1 years", "The inter-war, lost years"),
        ('"the interwar years of peace"', "In the inter-war years of peace"),
        ('"UZ inter-war Koehler"', "U.Z. interwar Köhler"),
        ('"the first ship of the interwar years"', "On the first ship of the inter-war years"),
        ('"Old Bank of North Vale and Sons"', "Old Bank of North Vale & Sons"),
        ('"the new head of UZ Army"', "The new head of U.Z. Army"),
        ('"talks with Frau Dr Koehler"', "In talks with Frau Dr Köhler"),
    ],
)
def test_one_word_in_several_spellings(query: str, article: str) -> None:
    assert reasons(query, article)


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ("U.Z.", "They sent uz home"),
        ('"a.m."', "I am here"),
        ('case("UZ")', "U.Z. Army moves"),
        ("Koehler", "Frau Kohler"),
        ("blu", "The blue sea"),
        ("blue", "The blu sea"),
        ("Landers", "Lander's plan"),
        ("interwar", "inter war"),
        ('"inter war"', "interwar"),
        ('"Reed & Hall"', "Reed Hall"),
        ('"Reed and Hall"', "Reed, Hall"),
        ("case(interwar)", "inter-war"),
        ("text:interwar", "The inter-war years / x"),
        ("COP", "Live: #COP41"),
    ],
)
def test_other_words_stay_apart(query: str, article: str) -> None:
    assert not reasons(query, article)


@pytest.mark.parametrize(
    "article",
    [
        "Solar wind",
        "Solar: wind",
        "Solar, wind",
        "Solar... Wind",
        "Solar… Wind",
        "Solar – Wind",
        "solar. wind",
        "“Solar” wind",
        "x / a solar\nwind",
    ],
)
def test_a_phrase_goes_on_inside_a_sentence(article: str) -> None:
    assert reasons('"solar wind"', article)


@pytest.mark.parametrize(
    "article",
    [
        "It is solar. Wind is not",
        "It is solar! “Wind is not”",
        "“It is solar.” Wind is not",
        "Is it (solar?) Wind",
        "Solar . Wind",
        "Solar / Wind",
        "x / Solar¶wind",
        "x / - solar\n- wind",
        "x / 1. solar\n2. wind",
        "x / * solar\n• wind",
        "Solar。Wind",
        "Solar॥ wind",
        "Solar؟ wind",
        "Solar. 風 wind",
        "Plan b. Solar. Wind",
    ],
)
def test_a_phrase_ends_with_the_sentence_or_paragraph(article: str) -> None:
    assert not reasons('"solar wind"', article)
    assert reasons("solar wind", article)


def test_a_sentence_ends_after_a_letter_that_is_no_initial() -> None:
    assert not reasons('"plan b wind"', "It is plan b. Wind is not")


def test_near_goes_on_into_the_next_sentence_and_not_into_the_text() -> None:
    assert reasons("solar NEAR/0 wind", "It is solar. Wind is not")
    assert not reasons("solar NEAR/0 wind", "Solar / Wind")


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ('"St Orrin"', "In St. Orrin"),
        ('"St. Orrin"', "In St Orrin"),
        ('"Mr Vale"', "As Mr. Vale said"),
        ('"No 6"', "Bus No. 6"),
        ('"Q K Vale"', "By Q. K. Vale"),
        ('"UZ Navy"', "A U.Z. Navy ship"),
        ('"Orrin, D.K. Mayor"', "Orrin, D.K. Mayor"),
        ('"z. B. Orrin"', "Orte, z. B. Orrin"),
        ('"d. h. Orrin"', "Nur dort, d. h. Orrin"),
        ('"Dr. h. c. Vale"', "Mit Dr. h. c. Vale"),
        ('"Wahoo! Japan"', "At Wahoo! Japan"),
        ('"Wahoo! Japan"', "At Wahoo Japan"),
        ('"We lost. What now"', "We lost. What now?"),
        ('"We lost. What now"', "We lost, what now?"),
    ],
)
def test_an_abbreviation_ends_no_phrase(query: str, article: str) -> None:
    assert reasons(query, article)


def test_reasons_quote_the_original_spelling() -> None:
    assert reasons('"UZ Army" koehler interwar "dune summit"', "U.Z. Army / Köhler: inter-war #DuneSummit") == [
        "U.Z. Army",
        "Köhler",
        "inter-war",
        "DuneSummit",
    ]


def test_confusable_letters_are_known_in_variants() -> None:
    message = article_stories("Іnter-wаr years")
    matcher = Matcher()
    matcher.add(compile_watch(Watch("w", query='"interwar years"', confusables=True), LOOKUPS))
    assert find_matches(matcher, message)


@pytest.mark.parametrize(
    ("query", "article", "why"),
    [
        (
            '"solar wind"',
            "It is solar. Wind is not",
            "nearest: 'solar. Wind', where a sentence or a paragraph ends between the words",
        ),
        ("D++", "Vitamin D", "nearest: 'D' in the title"),
    ],
)
def test_the_explanation_says_what_is_missing(query: str, article: str, why: str) -> None:
    explanation = explain(compile_watch(Watch("w", query=query), LOOKUPS).ast, Document(article_stories(article)))
    assert explanation.why.endswith(why)
