"""The numbers of a sentence, with their units and rounding, and which of them a story knows."""

import pytest

from consumers.stories.developments import KnownFacts, add_facts
from consumers.stories.developments.facts import read_facts
from consumers.stories.developments.known_numbers import known_numbers
from consumers.stories.developments.numbers import COUNT, Number
from consumers.stories.developments.rounding import is_known_number
from monitor.text.languages import pack
from tests.unit.stories.sentences import TUESDAY, numbers, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Forty-one schools closed.", [(41, "")]),
        ("They counted two hundred and forty sheep.", [(240, "")]),
        ("It cost 5.87 million dollars.", [(5_870_000, "$USD")]),
        ("It cost $310m.", [(310_000_000, "$USD")]),
        ("At least a dozen passengers drowned.", [(12, "")]),
        ("Some 1,900 people fled half a million mice.", [(1900, ""), (500_000, "")]),
        ("It lies 60 miles away.", [(96_560.4, "m")]),
        ("It burned 32 square kilometres.", [(32_000_000, "m2")]),
        ("It was 113 degrees Fahrenheit.", [(45, "c")]),
        ("It was minus 22 degrees Fahrenheit.", [(-30, "c")]),
        ("It was four degrees below zero.", [(-4, "c")]),
        ("It is 5 feet and 3 inches long.", [(1.6, "m")]),
        ("It burned 60 miles, or 97 kilometres.", [(96_560.4, "m"), (97_000, "m")]),
        ("Sixty-two per cent stayed.", [(62, "%")]),
        ("Seven and a half million passengers came.", [(7_500_000, "")]),
        ("A third of the bodies was found.", [(33.33, "%")]),
        ("The seventh body was found.", [(7, "")]),
        ("It was 63 or 64 degrees Fahrenheit.", [(17.22, "c"), (17.78, "c")]),
        ("It rose from 4.8 to 5.6 billion crowns.", [(4_800_000_000, "$"), (5_600_000_000, "$")]),
        ("A runner fell at kilometre 38.", [(38_000, "m")]),
        ("The wind blew at 50 knots.", [(92_600, "m")]),
        ("Rates rose by 25 basis points.", [(0.25, "%")]),
        ("The plant has 1.2 gigawatts.", [(1.2e9, "w")]),
        ("Turnout was 62%, 14 people died.", [(62, "%"), (14, "")]),
        ("After 8 kilometres 14 people died.", [(8000, "m"), (14, "")]),
        ("It cost $5 and £7.", [(5, "$USD"), (7, "$GBP")]),
        ("In 2026 $7 billion was paid.", [(7e9, "$USD")]),
        ("It sold 300 €5 tickets.", [(300, ""), (5, "$EUR")]),
        ("In the last mile 14 runners fell.", [(14, "")]),
        ("In Lomo 14 people died.", [(14, "")]),
        ("The toll of the crash stands at 12.", [(12, "")]),
        ("By 6 p.m. 40 were dead.", [(40, "")]),
        ("The toll was put at 9 or 10.", [(9, ""), (10, "")]),
        ("About 1500 homes lost power.", [(1500, "")]),
        ("It holds 13.3 cubic kilometres of water.", [(1.33e13, "l")]),
        ("It lacks 2.48 million acre-feet.", [(3_059_080_000_000, "l")]),
        ("It makes 13.1 billion kilowatt-hours a year.", [(1.31e13, "wh")]),
    ],
)
def test_numbers_are_read_with_their_units(text: str, expected: list[tuple[float, str]]) -> None:
    found = [(round(each.value, 2), each.kind) for each in read(text).numbers if not each.is_weak or each.kind == "%"]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz, 44, was there.",
        "The 24-year-old was there.",
        "It began at 16:00 and ended at 7 in the morning.",
        "It began at half past eleven, or 4 p.m.",
        "It happened three weeks ago.",
        "One in three stayed.",
        "Two of them stayed.",
        "It was built in 1911.",
        "It closes on 24 June.",
        "At nine, the crews hope, the road will be free.",
        "It began at 1500 GMT.",
        "She ran it in 2:21:47.",
        "Here are five things to know.",
        "They cut it by almost a fifth.",
        "It was hit at twenty to seven.",
        "Ana Ruiz, who is 48, was there.",
        "The driver, who is in his 40s, was there.",
        "It was the 55th of them.",
        "It was in phase 3 then.",
        "At 9.20 on Tuesday it was dark.",
    ],
)
def test_ages_times_shares_in_words_and_dates_are_no_facts_of_their_own(text: str) -> None:
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Der Betreiber zahlt 200.000 Euro für vierundzwanzig Räder.", [(200_000, "$EUR"), (24, "")]),
        ("fr", "Soixante-trois animaux et 1 200 brebis, soit 18 %.", [(63, ""), (1200, ""), (18, "%")]),
        ("de", "Anderthalb Kilometer weit bei minus 4 Grad.", [(1500, "m"), (-4, "c")]),
        ("fr", "Il pèse 90 livres et mesure 6 pieds 5 pouces.", [(90, "$GBP"), (1.96, "m")]),
        ("fr", "Il a coûté 1 200,50 euros à 09h12.", [(1200.5, "$EUR")]),
        ("fr", "En 24 heures, 45 ont été arrêtés.", [(45, "")]),
        ("es", "A las 20 horas, 44 han muerto.", [(44, "")]),
        ("de", "Die Zahl stieg um acht.", [(8, "")]),
        ("de", "Für 5 €, sagten 14 Menschen um 9 Uhr 20.", [(5, "$EUR"), (14, "")]),
        ("es", "Unos doce mil hogares pagan 1.180 coronas.", [(12_000, ""), (1180, "$")]),
    ],
)
def test_numbers_are_read_in_other_languages(language: str, text: str, expected: list[tuple[float, str]]) -> None:
    assert numbers(text, language) == expected


@pytest.mark.parametrize(
    ("number", "known", "expected"),
    [
        (Number(40, COUNT, "about", 0), 41, True),
        (Number(40, COUNT, "", 0), 41, False),
        (Number(60, "%", "above", 0), 62, True),
        (Number(60, "%", "above", 0), 58, False),
        (Number(200, COUNT, "below", 0), 197, True),
        (Number(10, COUNT, "below", 0), 9, True),
        (Number(10, COUNT, "below", 0), 7, False),
        (Number(12, COUNT, "above", 0), 9, False),
        (Number(5.9, COUNT, "", 0), 5.87, True),
        (Number(97_000, "m", "", 0), 96_560, True),
    ],
)
def test_a_rounded_or_converted_number_is_known(number: Number, known: float, *, expected: bool) -> None:
    assert is_known_number(number, {number.kind: [known]}) is expected


@pytest.mark.parametrize(
    ("told", "retold"),
    [
        ("They counted 1,204 sheep.", "There were more than 1,000 sheep."),
        ("They counted 1,204 sheep.", "There were about 1,200 sheep."),
        ("They counted 48,912 sheep.", "There were nearly 49,000 sheep."),
        ("They counted 1,480 sheep.", "There were close to 1,500 sheep."),
        ("It costs 640 million dollars.", "It costs about 590 million euros."),
        ("It costs 640 million dollars.", "It costs the equivalent of 500 million pounds."),
        ("It holds 40 gallons.", "It holds 180 litres."),
        ("It weighs 251 pounds.", "It weighs 114 kilograms."),
        ("It was minus 22 degrees Fahrenheit.", "It was minus 30 degrees Celsius."),
        ("It is half a mile long.", "It is 800 metres long."),
        ("Seven of nine members agreed.", "Seven of the nine members agreed."),
        ("They waited a week.", "They waited seven days."),
        ("It burned 32 square kilometres.", "It burned 7,900 acres."),
        ("Seven women and five men are on the jury.", "The jury has twelve people."),
        ("It will cost 1.99 dollars.", "It will cost two dollars."),
        ("A runner fell at kilometre 38.", "A runner fell near the 24-mile mark."),
    ],
)
def test_numbers_told_again_in_other_words_are_known(told: str, retold: str) -> None:
    values = add_facts(KnownFacts(), read_facts("", told, (), pack("en"), TUESDAY)).values()
    assert [each for each in read(retold).numbers if not each.is_weak and not is_known_number(each, values)] == []


@pytest.mark.parametrize(
    ("told", "news"),
    [
        ("They counted 1,204 sheep.", "There were more than 2,000 sheep."),
        ("They counted 11 dead.", "At least 12 people died."),
        ("They counted 41 sheep.", "There were 47 sheep."),
        ("It costs 640 million dollars.", "It costs 900 million euros."),
        ("It was minus 22 degrees Celsius.", "It was minus 30 degrees Celsius."),
        ("It costs 300 dollars.", "It costs 330 dollars."),
    ],
)
def test_other_numbers_are_new(told: str, news: str) -> None:
    values = add_facts(KnownFacts(), read_facts("", told, (), pack("en"), TUESDAY)).values()
    assert [each for each in read(news).numbers if not each.is_weak and not is_known_number(each, values)]


def new_numbers(told: str, text: str) -> list[float]:
    """The numbers of *text* that a story does not know that was *told* something."""
    known = add_facts(KnownFacts(), read_facts("", told, (), pack("en"), TUESDAY))
    article = read_facts("", text, (), pack("en"), TUESDAY)
    return [each.value for each in known_numbers(article, known).new_of(article.sentences[0])]


def test_a_difference_of_known_numbers_is_known_beside_one_of_them() -> None:
    told = "The cost rises from 4.8 to 5.6 billion crowns."
    assert new_numbers(told, "The bill goes up by 800 million crowns to 5.6 billion.") == []
    assert new_numbers(told, "The yard forfeits 800 million crowns.") == [800_000_000]


@pytest.mark.parametrize(
    ("told", "text", "expected"),
    [
        ("It killed 7 and injured 23.", "It killed 16 and injured 23.", [16]),
        ("It killed 7 and injured 23.", "The number of dead is now 30.", [30]),
        ("It killed 7 and injured 23.", "Seven dead and 16 others, 23 in all, were aboard.", []),
        ("Four women and three men died, and 23 people were hurt.", "Seven people died and 23 were hurt.", []),
        ("The toll went to 56, with 23 injured.", "It went up by 8 to 56, with 23 injured.", [8]),
        ("The toll was 48, then 56, with 23 injured.", "It went up by 8 to 56, with 23 injured.", []),
    ],
)
def test_the_numbers_of_two_tolls_are_no_parts_of_one(told: str, text: str, expected: list[float]) -> None:
    assert new_numbers(told, text) == expected


def test_the_minutes_of_an_hour_are_no_known_number() -> None:
    assert new_numbers("It sank at 12:14.", "Fourteen people died.") == [14]


def test_the_years_between_two_known_years_are_known() -> None:
    told = "He is said to have sold it between 2021 and 2024."
    assert new_numbers(told, "He is said to have sold it over three years.") == []
    assert new_numbers(told, "He is said to have sold it over six years.") == [2190]


def test_others_are_counted_with_the_one_who_is_told() -> None:
    assert [each.value for each in read("She beat 36 other applicants.").numbers] == [37, 36]
    known = add_facts(KnownFacts(), read_facts("", "There were 37 applicants.", (), pack("en"), TUESDAY))
    article = read_facts("", "She beat 36 other applicants.", (), pack("en"), TUESDAY)
    assert known_numbers(article, known).new_of(article.sentences[0]) == []
