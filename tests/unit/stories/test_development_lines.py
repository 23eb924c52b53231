"""The lines of an article that are sentences, and those that only say who wrote it or when it was published."""

import pytest

from consumers.stories.developments import KnownFacts, add_facts
from consumers.stories.developments.facts import read_facts
from consumers.stories.developments.sentence_words import lexicon, split_words
from monitor.text.languages import pack
from tests.unit.stories.sentences import TUESDAY


def test_a_byline_is_no_sentence() -> None:
    text = "By Rhea Nasim and Tomasi Valu in Lomo.\nA boat was seized.\nBy Monday it was free."
    assert [each.at.start for each in read_facts("", text, (), pack("en"), TUESDAY).sentences] == [39, 58]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OSLO, May 2 (Agency) - A boat sank.", ["A boat sank."]),
        ("NAIROBI, Kenya — Two men met. They left.", ["Two men met.", "They left."]),
        ("BRAY, Monday 4:15 p.m. (Bray Gazette) - By Ana Ruiz - A boat sank.", ["A boat sank."]),
        ("A boat sank - nobody knows why.", ["A boat sank - nobody knows why."]),
        ("Mayor Harkin Resigned - Dolan takes over.", ["Mayor Harkin Resigned - Dolan takes over."]),
        ("Паром затонул — капитан арестован.", ["Паром затонул — капитан арестован."]),
        ("استقال الوزير - تولى دولان المنصب.", ["استقال الوزير - تولى دولان المنصب."]),
        ("Berlin – Ein Boot sank.", ["Ein Boot sank."]),
        (
            'A boat sank. "It was cold," said a sailor. "Very cold."',
            ["A boat sank.", '"It was cold," said a sailor.', '"Very cold."'],
        ),
        ("It sank. “It was cold”, said one.\n\n“Very.”", ["It sank.", "“It was cold”, said one.", "“Very.”"]),
        ("A boat sank.\nReporting by Ana Ruiz in Lomo; Editing by Bo Lind.", ["A boat sank."]),
    ],
)
def test_a_line_is_the_sentence_without_dateline_byline_and_marks_of_others(text: str, expected: list[str]) -> None:
    found = read_facts("", text, (), pack("en"), TUESDAY).sentences
    assert [text[each.at.start : each.at.end] for each in found] == expected


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Ana Ruiz and Tomasi Valu in Lomo", "en"),
        ("Photo: Jan Verhulst/Picture Agency", "en"),
        ("Published March 11, 2026 at 9:15 a.m. EDT", "en"),
        ("Last modified on Wed 11 Mar 2026 09.12 CET", "en"),
        ("Rhea Nasim contributed to this report.", "en"),
        ("This article was amended on 12 March 2026.", "en"),
        ("Follow Rhea Nasim on Instagram", "en"),
        ("Foto: Jörg Hallmann/dpx", "de"),
        ("Aktualisiert am 11. März 2026 um 09:20 Uhr", "de"),
        ("Publié le 11 mars 2026 à 09h12, mis à jour à 10h45", "fr"),
        ("Actualizado el 11 de marzo de 2026 a las 09:12", "es"),
    ],
)
def test_a_line_about_the_article_is_no_sentence(line: str, language: str) -> None:
    text = f"{line}\nLomo 14."
    (found,) = read_facts("", text, (), pack(language), TUESDAY).sentences
    assert text[found.at.start : found.at.end] == "Lomo 14."


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Fourteen Dead in Lomo", "en"),
        ("State of Emergency in Lomo", "en"),
        ("FIRE AT DEPOT", "en"),
        ("Salu 2:1 Lomo", "en"),
        ("Verdict on Monday", "en"),
        ("Police clarified on Tuesday that captain Marek Dolan was held", "en"),
        ("Ministry: no comment on this report, published as Harkin resigned.", "en"),
        ("Rebels backed by Kestria seize Lomo.", "en"),
        ("Captured by Kestrian forces, 14 soldiers return to Lomo Sunday.", "en"),
        ("Shot by Police, Dolan Dies", "en"),
        ("Fünf Menschen von Lawine verschüttet.", "de"),
        ("Gesetz am Dienstag geändert", "de"),
        ("Verdacht auf Brandstiftung", "de"),
        ("Lomo pris par Kestria.", "fr"),
        ("Dolan mis en examen lundi", "fr"),
        ("NASA宣布火星有水", "zh"),
        ("شركة Tesla تعلن إفلاسها", "ar"),
        ("Captain Arrested in Lomo", "en"),
        ("The captain of the ferry", "en"),
        ("This article was corrected: 12 people died, not 14.", "en"),
        ("The figures were published on Monday.", "en"),
        ("14 Tote in Lomo", "de"),
        ("渡轮沉没", "zh"),
    ],
)
def test_a_line_that_may_tell_news_is_a_sentence(line: str, language: str) -> None:
    (found,) = read_facts("", line, (), pack(language), TUESDAY).sentences
    assert (found.at.start, found.at.end) == (0, len(line))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Ferry sinks off Salu | The Daily Harrow", "Ferry sinks off Salu"),
        ("Ferry sinks off Salu | live updates", "Ferry sinks off Salu | live updates"),
        ("Salu | Ferry Sinks In The Strait Of Lomo", "Salu | Ferry Sinks In The Strait Of Lomo"),
        ("Ferry sinks off Salu island | Captain Arrested", "Ferry sinks off Salu island | Captain Arrested"),
        ("Ferry sinks off Salu island | Twelve Dead", "Ferry sinks off Salu island | Twelve Dead"),
        ("Explosion à Lomo, sept morts | Démission", "Explosion à Lomo, sept morts | Démission"),
        ("Паром затонул у Салу | капитан арестован", "Паром затонул у Салу | капитан арестован"),
        (f"Ferry sinks | {'A' * 80}!", f"Ferry sinks | {'A' * 80}!"),
    ],
)
def test_the_name_of_the_outlet_is_no_part_of_the_title(title: str, expected: str) -> None:
    (found,) = read_facts(title, "", (), pack("en"), TUESDAY).sentences
    assert title[found.at.start : found.at.end] == expected


def test_the_title_is_cut_like_a_sentence() -> None:
    (title,) = read_facts("  A boat sank \n", "", (), pack("en"), TUESDAY).sentences
    assert (title.at.start, title.at.end) == (2, 13)


def test_what_stands_in_such_a_line_is_known() -> None:
    caption = "Captain Marek Dolan and Mayor Lena Harkin in Lomo"
    known = add_facts(KnownFacts(), read_facts("", f"{caption}\nA boat sank.", (), pack("en"), TUESDAY)).word_table()
    assert all(known[bit] for word in split_words("Marek Dolan Lena Harkin", lexicon("en")) for bit in word.bits)
