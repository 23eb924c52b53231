"""Topics by lists of words: headlines in several languages, and what is no news."""

from functools import cache
from pathlib import Path

import pytest

from consumers.topics.word_lists import WordClassifier, spaced_words
from monitor.text.languages import pack
from monitor.text.mediatopics import translated_names
from monitor.text.tokens import tokens

FOLDER = Path(__file__).parent / "headlines"
UNTOLD = {("fr", 8), ("ru", 8)}
"""Articles of which too little is known; no topic is better than a wrong one."""
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.tsv"))


@cache
def classifier(language: str) -> WordClassifier:
    """Return the classifier of the pack of *language*."""
    topics = pack(language).topics
    assert topics is not None
    return WordClassifier(topics.words, translated_names(), spaced_words if topics.joins_letters else tokens)


def rows() -> list[tuple[str, int, str, str]]:
    """Return the language, the number of the top concept, the title and the text of each article in headlines/."""
    lines = [(path.stem, line.split("\t")) for path in FOLDER.glob("*.tsv") for line in path.read_text("utf-8").splitlines()]
    return [(language, int(number), title, text) for language, (number, title, text) in lines]


@pytest.mark.parametrize(("language", "number", "title", "text"), rows())
def test_an_article_is_about_its_top_concept(language: str, number: int, title: str, text: str) -> None:
    topics = classifier(language).classify(title, text)
    expected = [] if (language, number) in UNTOLD else [f"medtop:{number:02}000000"]
    assert [topic.code for topic in topics][:1] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_each_top_concept_are_there(language: str) -> None:
    topics = pack(language).topics
    assert topics is not None
    assert len(topics.words) == 17


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Abonnez-vous à notre lettre d'information. Tous droits réservés. Suivez-nous sur Facebook."),
        ("de", "Von Anna Weber. Alle Rechte vorbehalten. Folgen Sie uns auf Facebook und Instagram."),
        ("es", "Por Ana Ruiz. Suscríbase a nuestro boletín. Todos los derechos reservados."),
        ("ru", "Подписывайтесь на наш канал в Telegram. Все права защищены."),
        ("pt", "Por Ana Silva. Subscreva a nossa newsletter. Todos os direitos reservados."),
        ("it", "Iscriviti alla nostra newsletter. Tutti i diritti riservati."),
        ("nl", "Meld u weer aan voor onze nieuwsbrief. Alle rechten voorbehouden. Volg ons om meer te lezen."),
        ("uk", "Підписуйтеся на наш канал у Telegram. Усі права захищено."),
        ("zh", "关注我们的公众号。版权所有，未经许可不得转载。"),
        ("ja", "メールマガジンにご登録ください。無断転載を禁じます。"),
        ("ko", "뉴스레터를 구독하세요. 무단 전재 및 재배포 금지."),
        ("fr", ""),
    ],
)
def test_what_is_no_news_has_no_topic(language: str, text: str) -> None:
    assert classifier(language).classify("", text) == ()


def test_forms_of_one_word_are_one_word() -> None:
    assert classifier("de").classify("", "Streik, Streiks und Streikende") == ()
    assert classifier("de").classify("", "Streik der Gewerkschaft um Löhne") != ()


def test_letters_that_are_a_word_each_are_told_as_they_are_written() -> None:
    (topic, *_) = classifier("zh").classify("工会罢工", "工人要求加薪。")
    assert (topic.code, set(topic.words)) == ("medtop:09000000", {"工会", "罢工", "工人", "加薪"})
    assert spaced_words("한국은행, KBO리그 결승") == ("한국은행", "kbo리그", "결승")


def test_a_name_of_two_letters_is_too_little_to_carry_a_concept() -> None:
    assert classifier("zh").classify("社会", "社会环境中的语言") == ()


def test_three_concepts_that_are_as_likely_are_none() -> None:
    text = "Fußball, Stadion, Trainer. Papst, Kirche, Bischof. Gewitter, Regen, Schnee."
    assert classifier("de").classify("", text) == ()


def test_a_narrower_topic_is_told_by_its_translated_name() -> None:
    topics = classifier("fr").classify("Guerre civile : l'armée bombarde les rebelles", "Des soldats sont morts au combat.")
    assert "civil war" in {topic.name for topic in topics}
