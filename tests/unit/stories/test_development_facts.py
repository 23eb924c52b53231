"""The facts of a sentence: numbers with their units and rounding, days, steps and names."""

import pytest

from consumers.stories.developments import KnownFacts, add_facts
from consumers.stories.developments.background import gives_opinion, read_quotes
from consumers.stories.developments.facts import read_facts
from consumers.stories.developments.known_numbers import known_numbers
from consumers.stories.developments.names import abbreviations, capitalised_names
from consumers.stories.developments.numbers import COUNT, Number
from consumers.stories.developments.rounding import is_known_number
from consumers.stories.developments.sentence_words import lexicon, split_words
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
    ("text", "expected"),
    [
        ("It killed 16 and injured 23.", [16]),
        ("The number of dead is now 30.", [30]),
        ("Seven dead and 16 others, 23 in all, were aboard.", []),
    ],
)
def test_the_numbers_of_two_tolls_are_no_parts_of_one(text: str, expected: list[float]) -> None:
    assert new_numbers("It killed 7 and injured 23.", text) == expected


def test_the_years_between_two_known_years_are_known() -> None:
    told = "He is said to have sold it between 2021 and 2024."
    assert new_numbers(told, "He is said to have sold it over three years.") == []
    assert new_numbers(told, "He is said to have sold it over six years.") == [2190]


def test_others_are_counted_with_the_one_who_is_told() -> None:
    assert [each.value for each in read("She beat 36 other applicants.").numbers] == [37, 36]
    known = add_facts(KnownFacts(), read_facts("", "There were 37 applicants.", (), pack("en"), TUESDAY))
    article = read_facts("", "She beat 36 other applicants.", (), pack("en"), TUESDAY)
    assert known_numbers(article, known).new_of(article.sentences[0]) == []


@pytest.mark.parametrize(
    ("text", "step", "mode"),
    [
        ("The council has approved the tram.", "approve", "done"),
        ("The council will approve the tram.", "approve", "planned"),
        ("The council did not approve the tram.", "approve", "denied"),
        ("The council had approved the tram.", "approve", "earlier"),
        ("The minister stepped down.", "resign", "done"),
        ("Rescuers are at work.", "rescue", "vague"),
        ("The two sides came to terms.", "agree", "done"),
        ("The men were winched to safety.", "rescue", "done"),
        ("He pleaded guilty.", "plead", "done"),
        ("Troops retook the town.", "capture", "done"),
        ("The chain went bust.", "bankrupt", "done"),
        ("The bridge gave way.", "destroy", "done"),
        ("The two sides signed the deal.", "sign", "done"),
        ("The yard issued a flat denial.", "deny", "done"),
        ("The buyer walked away from it.", "cancel", "done"),
    ],
)
def test_steps_are_told_with_whether_they_are_taken(text: str, step: str, mode: str) -> None:
    assert (step, mode) in {(name, each.mode) for each in read(text).steps for name in each.names}


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("Am Abend starb der Kapitän.", "die"),
        ("Der Kapitän trat am Abend zurück.", "resign"),
        ("Beide Seiten unterschrieben den Vertrag.", "sign"),
    ],
)
def test_the_german_preterite_tells_a_step_as_taken(text: str, step: str) -> None:
    assert (step, "done") in {(name, each.mode) for each in read(text, "de").steps for name in each.names}


def test_the_present_tells_a_step_as_taken_in_a_title_only() -> None:
    title, text = read_facts("Court convicts mayor", "Court convicts mayor.", (), pack("en"), TUESDAY).sentences
    assert [[each.mode for each in sentence.steps if "convict" in each.names] for sentence in (title, text)] == [
        ["done"],
        ["spoken"],
    ]


def test_the_longest_phrase_counts() -> None:
    steps = {name for each in read("A second round is ruled out.").steps for name in each.names}
    assert "exclude" in steps
    assert "rule" not in steps


def test_names_are_known_by_their_capitals() -> None:
    words = split_words("Yesterday the guard Owen Tarrick met French police in Larnby on Monday.", lexicon("en"))
    found = [(each.word.raw, each.is_pair, each.is_placed) for each in capitalised_names(words, pack("en").developments)]
    assert found == [("Owen", True, False), ("Tarrick", True, False), ("Larnby", False, True)]


def test_a_place_follows_its_kind() -> None:
    words = split_words("They met in the village of Rosal, and the brother of Valu came.", lexicon("en"))
    found = [(each.word.raw, each.is_placed) for each in capitalised_names(words, pack("en").developments)]
    assert found == [("Rosal", True), ("Valu", False)]


def test_names_are_abbreviated_by_their_first_letters() -> None:
    words = split_words("Ana Ruiz left the National Institute of Justice in Lomo.", lexicon("en"))
    assert [letters for letters, _ in abbreviations(words)] == ["nij"]


def test_an_author_gives_an_opinion_unless_quoted() -> None:
    assert gives_opinion([read("I, for one, am glad.")])
    assert not gives_opinion([read('"I am glad," she said.')])
    assert not gives_opinion([read("She is glad.")])


def test_quotes_are_read_over_sentences() -> None:
    text = '"We went out. We came back," she said. We ask you to stay.'
    quotes = read_quotes(read_facts("", text, (), pack("en"), TUESDAY).sentences)
    assert [round(each.share, 1) for each in quotes] == [1.0, 0.6, 0.0]
    assert [each.speaks_to_readers for each in quotes] == [False, False, True]
