"""Names found by rules in the languages without a model, in sentences of our own."""

import pytest

from consumers.entities.analysis import Texts, analyse
from consumers.entities.models import Models, with_rules
from consumers.entities.name_rules import name_finder
from consumers.entities.ner import NerSpan
from monitor.text.languages import pack

UKRAINIAN = [
    ("Міністерка освіти Олена Гнатюк відвідала Бровари.", {("Олена Гнатюк", "PER"), ("Бровари", "LOC")}),
    ("Угоду підписав П. Савчук, а не його брат.", {("П. Савчук", "PER")}),
    ("Пояснення надав Гнатюк Павло Ілліч.", {("Гнатюк Павло Ілліч", "PER")}),
    ("Підряд отримало ТОВ «Світанок-Буд», яким керує Гнатюк.", {("ТОВ «Світанок-Буд»", "ORG"), ("Гнатюк", "PER")}),
    ("Газета «Вечірній Луцьк» пише про школу.", {("Вечірній Луцьк", "ORG")}),
    ("Про це повідомила Львівська міська рада.", {("Львівська міська рада", "ORG")}),
    ("Це рішення Міністерства охорони здоров'я.", {("Міністерства охорони здоров'я", "ORG")}),
    ("Голова Національного банку Павло Гнатюк мовчить.", {("Національного банку", "ORG"), ("Павло Гнатюк", "PER")}),
    ("Пожежа сталася у Волинській області.", {("Волинській області", "LOC")}),
    ("Вони живуть у Сумах, а сума боргу зросла.", {("Сумах", "LOC")}),
    ("Суми боргу зросли.", set()),
    ("Любов є завжди. Коваль кує залізо, і віра не згасає.", set()),
    ("Нова ДТП на трасі, збитки 5 тис. грн.", set()),
]
GERMAN = [
    ("Am Montag sprach Annegret Lohmeyer in Osnabrück.", {("Annegret Lohmeyer", "PER"), ("Osnabrück", "LOC")}),
    ("Auch Trainer Wiesinger blieb ruhig.", {("Wiesinger", "PER")}),
    ("Das Bundesministerium für Wirtschaft prüft den Fall.", {("Bundesministerium für Wirtschaft", "ORG")}),
    ("Die Hansen Maschinenbau GmbH baut Stellen ab.", {("Hansen Maschinenbau GmbH", "ORG")}),
    ("Die Universität Rostock und die Deutsche Bank schweigen.", {("Universität Rostock", "ORG"), ("Deutsche Bank", "ORG")}),
    ("Der Bundestag stimmt zu.", {("Bundestag", "ORG")}),
    ("Jan van der Meulen kam, und Meulen ging.", {("Jan van der Meulen", "PER"), ("Meulen", "PER")}),
    ("Das Essen war gut, der Zug kam, die Bank schloss.", set()),
    ("Ein Minister und eine Richterin fuhren mit dem LKW.", set()),
]
DUTCH = [
    (
        "Minister Hoekema sprak met Sanne de Wit in Amersfoort.",
        {("Hoekema", "PER"), ("Sanne de Wit", "PER"), ("Amersfoort", "LOC")},
    ),
    ("Het Ministerie van Defensie zwijgt.", {("Ministerie van Defensie", "ORG")}),
    ("De man woont in Oud-Zevenaar.", {("Oud-Zevenaar", "LOC")}),
    ("De Krabbel en de Zilvermeeuw varen weer uit.", set()),
]
ITALIAN = [
    (
        "Il ministro Bevilacqua ha incontrato Giulia Ferrante a Lecco.",
        {("Bevilacqua", "PER"), ("Giulia Ferrante", "PER"), ("Lecco", "LOC")},
    ),
    (
        "Secondo il Ministero della Difesa e l'Università di Padova non è vero.",
        {("Ministero della Difesa", "ORG"), ("Università di Padova", "ORG")},
    ),
    ("La Costruzioni Brenta SpA ha vinto la gara.", {("Costruzioni Brenta SpA", "ORG")}),
    ("Parla il presidente del Consiglio Giulia Ferrante.", {("Giulia Ferrante", "PER")}),
    ("Il ministro degli Esteri Giulia Ferrante tace.", {("Giulia Ferrante", "PER")}),
    ("La Fondazione Giulia Ferrante tace.", {("Fondazione Giulia Ferrante", "ORG")}),
]
ARABIC = [
    (
        "استقبل الوزير سليم الخازن أمس محمد بن راشد في بيروت.",
        {("سليم الخازن", "PER"), ("محمد بن راشد", "PER"), ("بيروت", "LOC")},
    ),
    ("نفت وزارة الصحة اللبنانية الخبر.", {("وزارة الصحة اللبنانية", "ORG")}),
    ("وصل كريم يوم الأحد، وكان الطقس جميلا.", set()),
    ("قال محمد يوم الجمعة إن الوزارة ستدرس الأمر.", set()),
]
CASES = [
    (code, text, expected)
    for code, sentences in (("uk", UKRAINIAN), ("de", GERMAN), ("nl", DUTCH), ("it", ITALIAN), ("ar", ARABIC))
    for text, expected in sentences
]


@pytest.mark.parametrize(("code", "text", "expected"), CASES)
def test_rules_find_names(code: str, text: str, expected: set[tuple[str, str]]) -> None:
    language = pack(code)
    assert language.name_cues
    (spans,) = name_finder(language, language.name_cues)([text])
    assert {(text[span.start : span.end], span.label) for span in spans} == expected


def test_a_surname_counts_alone_once_the_article_has_the_full_name() -> None:
    german = pack("de")
    assert german.name_cues
    text = "Zuerst sprach Annegret Lohmeyer. Am Abend war Lohmeyer wieder da."
    (spans,) = name_finder(german, german.name_cues)([text])
    assert [text[span.start : span.end] for span in spans] == ["Annegret Lohmeyer", "Lohmeyer"]


def test_an_article_in_a_language_with_rules_has_names_unless_models_are_off() -> None:
    article = Texts("", "Міністерка освіти Олена Гнатюк відвідала вчора нову школу, яку збудували для дітей міста.")
    (found,) = analyse([article], Models("auto"))
    assert (found.language.code, [each.name for each in found.entities]) == ("uk", ["Олена Гнатюк"])
    assert "names" not in found.lacks
    (without,) = analyse([article], Models("table"))
    assert (without.entities, "names" in without.lacks) == ((), True)


def test_a_models_name_gives_way_to_one_of_the_rules_without_the_words_in_lower_case() -> None:
    text = "Sanne de Wit sprak in Nieuw Amersfoort."

    def model(texts: list[str]) -> list[list[NerSpan]]:
        return [[NerSpan(0, 18, "PER"), NerSpan(22, 38, "LOC")] for _ in texts]

    def rules(texts: list[str]) -> list[list[NerSpan]]:
        return [[NerSpan(0, 12, "PER"), NerSpan(28, 38, "LOC")] for _ in texts]

    (spans,) = with_rules(model, rules)([text])
    assert [text[span.start : span.end] for span in spans] == ["Nieuw Amersfoort", "Sanne de Wit", "Amersfoort"]


def test_a_body_of_an_office_is_no_part_of_the_name_of_who_holds_it() -> None:
    text = "Il presidente della Repubblica Giulia Ferrante tace."
    cues = pack("it").name_cues
    assert cues
    start = text.index("Repubblica")
    whole = NerSpan(start, text.index(" tace"), "ORG")
    (spans,) = with_rules(lambda texts: [[whole] for _ in texts], name_finder(pack("it"), cues), cues.office_bodies)([text])
    assert [(text[each.start : each.end], each.label) for each in spans] == [("Giulia Ferrante", "PER")]
