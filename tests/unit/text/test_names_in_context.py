"""Names of the gazetteer by language, case, script and place in the sentence."""

import pytest

from monitor.text import gazetteer
from monitor.text.languages.coverage import describe_lacks
from monitor.text.languages.lemmas import LEMMAS, Lemmas, lemmatiser


def found(text: str, language: str = "en") -> list[str]:
    """Return the names of the entries that *text* names."""
    return [match.entry.name for match in gazetteer.find(text, language, lemmatiser(language))]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Того же мнения и другие.", "ru"),
        ("Тога судьи висит в шкафу.", "ru"),
        ("Nyt on aika. Oman maan asiat ensin.", "fi"),
        ("Político de carrera, dejó su cargo.", "es"),
        ("El tiempo mejora y la nación espera.", "es"),
        ("어제 다가 나갔다.", "ko"),
        ("가나 싶어 물었다. 그 수단은 없다.", "ko"),
        ("그는 '평화'이란 말을 썼다.", "ko"),
        ("大きなタイトルとマリンスポーツ", "ja"),
        ("他住在马里兰州。", "zh"),
        ("Die Zeit vergeht, die Welt wartet.", "de"),
        ("A turkey and a chad lie on the table; who told us?", "en"),
        ("הארץ יפה מאוד", "he"),
    ],
)
def test_other_words_that_are_spelt_like_a_name_are_no_names(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Президент прибыл в Того. Того и ждали.", "ru", ["Togo", "Togo"]),
        ("Neuvottelut Omanissa ja Oman", "fi", ["Oman"]),
        ("Lo dice Politico en Bruselas", "es", ["Politico", "Brussels"]),
        ("러시아군과 미국은, 북한의 김정은이", "ko", ["Russia", "United States", "North Korea", "Kim Jong Un"]),
        ("タイとトルコ", "ja", ["Thailand", "Türkiye"]),
        ("马里政府", "zh", ["Mali"]),
        ("PUTIN ARRIVES IN BEIJING FOR TALKS", "en", ["Vladimir Putin", "Beijing"]),
        ("vladimir putin arrives in beijing", "en", ["Vladimir Putin", "Beijing"]),
        ("Unesco, NATO and the European commission", "en", ["UNESCO", "NATO", "European Commission"]),
        ("Selenskyj trifft Merz in München", "de", ["Volodymyr Zelensky", "Munich"]),
    ],
)
def test_names_are_found_as_their_language_writes_them(text: str, language: str, names: list[str]) -> None:
    assert found(text, language) == names


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Переговоры с Владимиром Путиным в Саудовской Аравии", "ru", ["Vladimir Putin", "Saudi Arabia"]),
        ("Судьи Международного уголовного суда", "ru", ["International Criminal Court"]),
        ("У Києві чекають на Зеленського", "uk", ["Kyiv", "Volodymyr Zelensky"]),
        ("Актёр Ливанов и Том сыграли главные роли.", "ru", []),
    ],
)
def test_inflected_names_are_found_by_their_dictionary_forms(text: str, language: str, names: list[str]) -> None:
    assert found(text, language) == names


def test_a_language_without_its_packages_says_what_it_lacks() -> None:
    absent = Lemmas(("no_such_package",), "newsmonitor[lemmas]", lambda: lambda word: (word,))
    assert absent.lacks == "inflected forms of known names are not found (pip install 'newsmonitor[lemmas]' adds a dictionary)"
    assert LEMMAS["ru"].lacks is None
    (line,) = describe_lacks(["ru-RU"], "table", {"ru": absent})
    assert line == f"Russian: only known names are found, {absent.lacks}"
    assert "inflected" not in describe_lacks(["ru-RU"], "table")[0]


def test_an_entry_is_resolved_by_its_wikidata_id() -> None:
    entry = gazetteer.resolve("Q649")
    assert entry is not None
    assert (entry.id, entry.name, entry.country) == ("place:moscow", "Moscow", "RU")
