"""Whom an office means by the words around it: who holds it, who held it in a year that is told, or nobody who is known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.entities.linking import link_entities
from consumers.entities.ner import NerSpan
from consumers.entities.office_context import context_of
from consumers.entities.roles import link_roles
from monitor.text import gazetteer
from monitor.text.languages import pack

MARCH_2024 = date(2024, 3, 10)


def meant(text: str, code: str = "en", *, title: str = "", persons: tuple[str, ...] = (), day: date = MARCH_2024) -> list[str]:
    """Return the holder of each office in an article, or why there is none. A model finds *persons*."""
    spans = [NerSpan(text.index(name), text.index(name) + len(name), "PERSON") for name in persons]
    entities = link_entities(title, text, [], spans, pack(code).names, code)
    _, roles = link_roles(title, text, entities, pack(code), day)
    names = gazetteer.load()
    return [names[role.entity].name if role.entity else str(role.refused) for role in roles]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In 2018 the U.S. president left the accord.", "Donald Trump"),
        ("The accord was dropped in 2018 by the then U.S. president.", "Donald Trump"),
        ("In 2018, the Japanese prime minister visited Hawaii.", "Shinzo Abe"),
        ("Last year, the U.S. president visited Kyiv.", "Joe Biden"),
        ("The Russian president annexed the peninsula in 2014.", "Vladimir Putin"),
        ("In 2021 the German chancellor resigned.", "time"),
        ("In 1994 the French president opened the tunnel.", "time"),
        ("The French president opened the tunnel in May 1994.", "time"),
        ("In 2031 the French president will open it.", "time"),
        ("The British prime minister from 1979 to 1990 sold the railways.", "time"),
        ("A law of 2019, which the U.S. president dislikes, ends.", "time"),
        ("In the 1980s, the U.S. president rode horses.", "time"),
        ("Twenty years ago the Italian prime minister owned a channel.", "time"),
        ("At the time, the Egyptian president was in hospital.", "time"),
        ("The Egyptian president at the time fell ill.", "time"),
        ("During the Cold War the U.S. president kept a red telephone.", "time"),
        ("The French president, who was born in 1977, likes football.", "Emmanuel Macron"),
        ("The French president said the firm he bought in 1999 was sold.", "Emmanuel Macron"),
        ("In 2024 the French president opened the pool.", "Emmanuel Macron"),
        ("On 4 March 2024 the French president opened the pool.", "Emmanuel Macron"),
    ],
)
def test_a_year_that_is_told_has_its_holder_or_none(text: str, expected: str) -> None:
    assert meant(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The then Turkish president was a singer.",
        "The late Egyptian president liked chess.",
        "The deposed Syrian president sold a house.",
        "The next Mexican president will be sworn in.",
        "The incoming Polish prime minister bought a house.",
        "The 44th U.S. president wrote a book.",
        "She was the first female Italian prime minister.",
        "An admirer of the wartime British prime minister spoke.",
        "The aspiring French president gave a speech.",
        "The Finnish president-elect gave a speech.",
    ],
)
def test_words_beside_an_office_make_it_anothers(text: str) -> None:
    assert meant(text) in (["former"], ["nobody"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She hopes to become French president.", "nobody"),
        ("If elected Mexican president, she would build trains.", "nobody"),
        ("His uncle was Polish prime minister twice.", "nobody"),
        ("Rivals accuse the French president of hiding.", "Emmanuel Macron"),
        ("Any French president would say so.", "nobody"),
        ("A U.S. president may veto bills.", "nobody"),
        ("His predecessor as Polish prime minister smiled.", "nobody"),
        ("A play about the British prime minister opened.", "work"),
        ("In the series, the British prime minister is a spy.", "work"),
        ("The actor who plays the U.S. president is from Leeds.", "work"),
        ("They saw “The Italian Prime Minister” twice.", "work"),
        ("The Turkish president was Süleyman Demirel.", "another"),
        ("A Kremlin spokesman was late.", "Dmitry Peskov"),
        ("A series of calls with the French president followed.", "Emmanuel Macron"),
        ("After the play, the French president left.", "Emmanuel Macron"),
        ("As the French president left, it rained.", "Emmanuel Macron"),
        ("It was the French president who called.", "Emmanuel Macron"),
        ("The French president was asked twice.", "Emmanuel Macron"),
        ("Two aides to a former minister met the French president.", "Emmanuel Macron"),
        ("The role of the French president is clear.", "Emmanuel Macron"),
    ],
)
def test_who_nobody_is_and_who_is_in_a_work_is_not_linked(text: str, expected: str) -> None:
    assert meant(text) == [expected]


def test_a_name_with_the_office_is_whose_it_is() -> None:
    assert meant("The Turkish president, Ahmet Demir, left.") == []
    assert meant("Ahmet Demir, who was then the Turkish president, left.", persons=("Ahmet Demir",)) == []
    assert meant("Ahmet Demir was the Turkish president.", persons=("Ahmet Demir",)) == []
    assert meant("When the Turkish president was Ahmet Demir, it rained.", persons=("Ahmet Demir",)) == []


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "A Kremlin spokeswoman was late.", "former"),
        ("fr", "La présidente américaine a souri.", "former"),
        ("fr", "La Première ministre italienne a souri.", "Giorgia Meloni"),
        ("de", "Die US-Präsidentin lächelte.", "former"),
        ("de", "Die dänische Regierungschefin lächelte.", "Mette Frederiksen"),
        ("de", "Italiens Regierungschefin lächelte.", "Giorgia Meloni"),
        ("es", "La presidenta argentina sonrió.", "former"),
    ],
)
def test_a_word_for_a_woman_means_no_man(code: str, text: str, expected: str) -> None:
    assert meant(text, code) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "After he met Vladimir Putin, the French president left.",
        "The French president, Vladimir Putin and Xi Jinping met.",
        "Vladimir Putin was at the French president's side.",
        "They saw Vladimir Putin as the French president left.",
        "Vladimir Putin had the French president wait.",
    ],
)
def test_who_is_near_an_office_does_not_hold_it(text: str) -> None:
    assert meant(text) == ["Emmanuel Macron"]


def test_a_headline_without_articles_names_the_holder() -> None:
    assert meant("", title="Markets fall as French president speaks") == ["Emmanuel Macron"]
    assert meant("", title="Ex-French president on trial") == ["former"]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("fr", "En 2018, le président américain a quitté l'accord.", "Donald Trump"),
        ("fr", "En 1994, le président français a ouvert le tunnel.", "time"),
        ("fr", "À l'époque, le président turc chantait.", "time"),
        ("fr", "Elle veut devenir présidente américaine.", "nobody"),
        ("fr", "Aucun président américain ne l'a fait.", "nobody"),
        ("fr", "Une série sur le président français sort lundi.", "work"),
        ("fr", "Le président turc était Süleyman Demirel.", "another"),
        ("fr", "Le prochain président mexicain est connu.", "former"),
        ("fr", "Comme le président français l'a dit, il pleut.", "Emmanuel Macron"),
        ("fr", "Depuis lundi, le président français voyage.", "Emmanuel Macron"),
        ("de", "Im Jahr 2018 kündigte der US-Präsident den Vertrag.", "Donald Trump"),
        ("de", "1994 eröffnete der französische Präsident den Tunnel.", "time"),
        ("de", "Der damalige türkische Präsident schwieg.", "former"),
        ("de", "In den 1980er Jahren ritt der US-Präsident gern.", "time"),
        ("de", "Sie will US-Präsidentin werden.", "former"),
        ("de", "Kein US-Präsident hat das getan.", "nobody"),
        ("de", "Die Serie handelt vom britischen Premierminister.", "work"),
        ("de", "Der türkische Präsident hieß Demirel.", "another"),
        ("de", "Der türkische Präsident war Süleyman Demirel.", "another"),
        ("de", "Als der türkische Präsident ging, regnete es.", "Recep Tayyip Erdogan"),
        ("de", "Dabei spielt der türkische Präsident eine Rolle.", "Recep Tayyip Erdogan"),
        ("de", "Der türkische Präsident war Gast des Abends.", "Recep Tayyip Erdogan"),
        ("es", "En 2018 el presidente estadounidense dejó el pacto.", "Donald Trump"),
        ("es", "El entonces presidente turco cantaba.", "former"),
        ("es", "Hace veinte años, el presidente turco cantaba.", "time"),
        ("es", "Sueña con ser presidente estadounidense.", "nobody"),
        ("es", "Una película sobre el presidente turco se estrena.", "work"),
        ("es", "El presidente turco era Demirel.", "another"),
        ("es", "Como dijo el presidente turco, llueve.", "Recep Tayyip Erdogan"),
        ("ru", "В 2018 году американский президент вышел из договора.", "Donald Trump"),
        ("ru", "В 1994 году французский президент открыл тоннель.", "time"),
        ("ru", "В то время турецкий президент пел.", "time"),
        ("ru", "Бывший турецкий президент пел.", "former"),
        ("ru", "Она хочет стать президентом Франции.", "nobody"),
        ("ru", "Сериал о турецком президенте выйдет в мае.", "work"),
        ("ru", "Президентом Турции был Демирель.", "another"),
        ("ru", "Важную роль сыграл президент Турции.", "Recep Tayyip Erdogan"),
    ],
)
def test_other_languages_have_their_own_words(code: str, text: str, expected: str) -> None:
    assert meant(text, code) == [expected]


WORDS = (
    "In",
    "2018",
    "1994",
    "the",
    "a",
    "then",
    "U.S.",
    "president",
    "was",
    "Orlov",
    ",",
    ".",
    '"',
    "film",
    "about",
    "as",
    "35th",
)


@given(st.lists(st.sampled_from(WORDS), max_size=16).map(" ".join), st.integers(0, 90), st.integers(0, 20))
def test_any_words_around_an_office_are_read(text: str, start: int, length: int) -> None:
    start = min(start, max(len(text) - 1, 0))
    end = min(start + length + 1, len(text))
    for code in ("en", "de", "ru"):
        context = context_of(text or "x", start, end or 1, pack(code), MARCH_2024, is_title=False, is_spokesperson=False)
        assert context.refused is None or context.year is None or context.refused == "former"
