"""Claims in French, German, Spanish and Russian: sentences written before the rules.

claims/LANGUAGE.tsv has a part, a sentence and its claims (told.describe), separated by "; ", or - for none. The rules were
written with part a in view. Parts b and c were kept apart until they were scored once (docs/performance.md). A sentence whose
part is ! is wrong.
"""

from pathlib import Path

import pytest

from consumers.entities.attribution import find_claims
from consumers.entities.linking import link_entities
from monitor.text.languages import pack
from tests.unit.entities.told import describe

FOLDER = Path(__file__).parent / "claims"


def rows() -> list[tuple[str, str, str, str]]:
    """Return the language, part, sentence and claims of each row."""
    return [
        (path.stem, *line.split("\t"))  # type: ignore[misc]
        for path in sorted(FOLDER.glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def told(code: str, text: str, title: str = "") -> list[str]:
    """Return the claims of an article in the language *code* whose names are those of the gazetteer."""
    language = pack(code)
    assert language.attribution is not None
    entities = link_entities(title, text, [], [], language.names, code)
    return sorted(describe(claim) for claim in find_claims(title, text, entities, language.attribution))


@pytest.mark.parametrize(("language", "text", "expected"), [(row[0], row[2], row[3]) for row in rows() if row[1] != "!"])
def test_a_sentence_has_its_claims(language: str, text: str, expected: str) -> None:
    assert told(language, text) == ([] if expected == "-" else sorted(expected.split("; ")))


@pytest.mark.parametrize(
    ("language", "title", "expected"),
    [
        ("de", "Kreml: Keine Gespräche mit Kiew geplant", ["said: Kremlin"]),
        ("de", "Kim reist nach Moskau: Medienbericht", ["reported: Medienbericht"]),
        ("fr", "Emmanuel Macron : « Nous tiendrons bon face à la crise »", ["said: Emmanuel Macron"]),
        ("fr", "Kim se rendra à Moscou : médias", ["reported: médias"]),
        ("es", 'Pedro Sánchez: "No habrá elecciones este año"', ["said: Pedro Sanchez"]),
        ("ru", "Песков: переговоры не планируются", ["said: Dmitry Peskov"]),
        ("ru", "Путин поедет в Пекин в марте - Кремль", ["said: Kremlin"]),
        ("de", "NATO: Gipfel beginnt am Dienstag", []),
        ("fr", "Retraites : le gouvernement recule encore", []),
        ("es", "Elecciones en Galicia: los partidos cierran campaña", []),
        ("es", "Ucrania: sube el número de muertos en Járkov", []),
    ],
)
def test_a_headline_names_its_source_beside_a_sign_and_not_its_subject(language: str, title: str, expected: list[str]) -> None:
    assert told(language, "", title) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "L'agence Interfax rapporte, citant une source au gouvernement, que Kim est arrivé.", "source au gouvernement"),
        ("de", "Reuters berichtet unter Berufung auf zwei Diplomaten, das Abkommen sei fertig.", "zwei Diplomaten"),
        ("es", "La agencia Interfax informó, citando a fuentes del Gobierno, de que Kim llegó.", "fuentes del Gobierno"),
        ("ru", "ТАСС передаёт со ссылкой на Кремль, что визит состоится.", "Kremlin"),
        ("it", "L'agenzia Reuters riferisce, citando fonti diplomatiche, che l'accordo è pronto.", "fonti diplomatiche"),
        ("pt", "A agência Reuters noticiou, citando fontes diplomáticas, que o acordo está pronto.", "fontes diplomáticas"),
    ],
)
def test_an_outlet_is_what_the_source_that_it_cites_speaks_through(language: str, text: str, expected: str) -> None:
    (claim,) = told(language, text)
    assert claim.startswith(f"reported: {expected} through ")


@pytest.mark.parametrize(
    ("language", "text", "sources"),
    [
        (
            "it",
            "Il ministro ha detto che la via è chiusa. I residenti hanno detto di no. Lui ha aggiunto che piove.",
            ["said: ministro", "said: ministro"],
        ),
        (
            "ru",
            "Министр сообщил, что мост закрыт. Жители заявили, что ждут. Он добавил, что идёт дождь.",
            ["reported: жители", "said: министр", "said: министр"],
        ),
        ("fr", "Selon Lloyd's Marine, le canal reste fermé.", ["reported: Lloyd's Marine"]),
    ],
)
def test_plurals_and_genitives_are_those_of_the_language(language: str, text: str, sources: list[str]) -> None:
    assert set(sources) <= set(told(language, text))
    assert [each for each in told(language, text) if each in sources] == sources
