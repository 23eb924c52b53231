"""Whether a noun can be the subject of a verb: by a dictionary, by the endings of words, and by the article."""

import pytest

from monitor.text.languages.german.cases import judge_case
from monitor.text.languages.polish.declension import CASES as POLISH
from monitor.text.languages.russian.declension import CASES as RUSSIAN
from monitor.text.languages.slavic import Cases, decline
from monitor.text.languages.ukrainian.declension import CASES as UKRAINIAN


def without_dictionary(cases: Cases) -> Cases:
    """Return *cases* as they are where no dictionary is installed."""
    return Cases(
        "xx", cases.oblique, cases.feminine, cases.masculine_verb, cases.feminine_verb, cases.plural_verb, cases.together
    )


@pytest.mark.parametrize(
    ("cases", "name", "verb", "expected"),
    [
        (RUSSIAN, "Путин", "заявил", "subject"),
        (RUSSIAN, "Путину", "сообщили", "other"),
        (RUSSIAN, "Макрону", "заявил", "other"),
        (RUSSIAN, "Зеленского", "раскритиковал", "other"),
        (RUSSIAN, "Путиным", "говорил", "other"),
        (RUSSIAN, "Захарова", "заявила", "subject"),
        (RUSSIAN, "Макрона", "обвинил", "unclear"),
        (RUSSIAN, "МИД", "сообщил", "subject"),
        (UKRAINIAN, "Зеленський", "заявив", "subject"),
        (UKRAINIAN, "Зеленському", "доповіли", "other"),
        (UKRAINIAN, "Макронові", "повідомили", "other"),
        (POLISH, "Tusk", "powiedział", "subject"),
        (POLISH, "Putinowi", "powiedział", "other"),
        (POLISH, "Zełenskiego", "skrytykował", "other"),
        (POLISH, "Meloni", "powiedziała", "subject"),
        (POLISH, "Tuska", "oskarżył", "unclear"),
    ],
)
def test_endings_tell_the_case_of_a_name_where_there_is_no_dictionary(
    cases: Cases, name: str, verb: str, expected: str
) -> None:
    assert without_dictionary(cases)([name], 0, verb) == expected


@pytest.mark.parametrize(
    ("name", "verb", "expected"),
    [
        ("Песков", "сообщил", "subject"),
        ("Баку", "заявил", "subject"),
        ("Путина", "обвинил", "other"),
        ("Макрона", "обвинил", "other"),
        ("министр", "заявила", "subject"),
        ("власти", "сообщили", "subject"),
        ("письмо", "передали", "other"),
    ],
)
def test_a_dictionary_knows_more_than_endings(name: str, verb: str, expected: str) -> None:
    assert RUSSIAN([name], 0, verb) == expected


def test_a_given_name_tells_the_case_of_a_surname_that_ends_like_one() -> None:
    cases = without_dictionary(UKRAINIAN)
    assert cases(["Дмитро", "Кулеба"], 1, "заявив") == "subject"
    assert cases(["Кулеба"], 0, "заявив") == "unclear"


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("Der Kanzler", "subject"),
        ("Der Kanzlerin", "other"),
        ("Der Regierung", "other"),
        ("Die Regierung", "subject"),
        ("Einer Sprecherin", "other"),
        ("Der Experten", "other"),
        ("Merz", "subject"),
    ],
)
def test_an_article_tells_the_case_of_a_german_noun(group: str, expected: str) -> None:
    words = group.split()
    assert judge_case(words, len(words) - 1, "sagte") == expected


def test_a_noun_is_declined_by_the_first_ending_that_fits() -> None:
    assert list(decline("minister", (("ter", 2, "ra rowi"), ("", 0, "a")))) == ["minister", "ministra", "ministrowi"]
