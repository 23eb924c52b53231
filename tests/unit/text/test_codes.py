"""Codes of languages and countries."""

import pytest

from monitor.text.codes import country_named, country_problem, language_named, language_problem


@pytest.mark.parametrize(
    "tag", ["en", "EN", "de-AT", "zh-Hant-TW", "pt-br", "es-419", "yue", "no", "tl", "ca-valencia", "en-GB-oxendict"]
)
def test_a_known_language_is_no_problem(tag: str) -> None:
    assert language_problem(tag) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("English", "en"),
        ("english ", "en"),
        ("eng", "en"),
        ("Deutsch", "de"),
        ("ger", "de"),
        ("deu", "de"),
        ("Portugese", "pt"),
        ("русский", "ru"),
        ("中文", "zh"),
        ("iw", "he"),
        ("en_GB", "en-GB"),
        ("en-UK", "en-GB"),
        ("de AT", "de-AT"),
    ],
)
def test_a_language_by_another_name_is_recognised(text: str, code: str) -> None:
    assert language_named(text) == code
    assert language_problem(text) == f"{text!r} is not the code of a language; write {code!r}"


@pytest.mark.parametrize("text", ["xx", "zz-nowhere", "qq-QQ", "en-QQ", "", "en-", "en--gb", "-", "gibberish", "e", "x" * 9999])
def test_a_language_that_nothing_is_near_to_has_a_general_hint(text: str) -> None:
    assert language_named(text) is None
    assert language_problem(text) == f"{text!r} is not the code of a language; give a code of ISO 639-1, such as 'en'"


@pytest.mark.parametrize("code", ["GB", "gb", "US", "XK", "SS", "TW"])
def test_a_known_country_is_no_problem(code: str) -> None:
    assert country_problem(code) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"),
        ("uk", "GB"),
        ("EL", "GR"),
        ("USA", "US"),
        ("deu", "DE"),
        ("Deutschland", "DE"),
        ("Germnay", "DE"),
        ("Britain", "GB"),
    ],
)
def test_a_country_by_another_name_is_recognised(text: str, code: str) -> None:
    assert country_named(text) == code
    assert country_problem(text) == f"{text!r} is not the code of a country; write {code!r}"


@pytest.mark.parametrize("text", ["XX", "ZZ", "", "Narnia", "x" * 9999])
def test_a_country_that_nothing_is_near_to_has_a_general_hint(text: str) -> None:
    assert country_named(text) is None
    assert country_problem(text) == f"{text!r} is not the code of a country; give a code of ISO 3166-1, such as 'GB'"


def test_a_known_code_is_the_one_that_is_meant() -> None:
    assert (country_named("gb"), language_named("EN")) == ("GB", "en")
