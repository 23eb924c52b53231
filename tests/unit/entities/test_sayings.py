"""Who says something, in ten languages: whom it is told, cleft, asked and denied sayings, and what nobody in particular says.

sayings/LANGUAGE.tsv has a part, where the sentence stands (text or title), the sentence and its claims (told.describe), or -
for none. Parts a and k were written before the rules. The rules were changed with part a in view; part k was kept apart
until it was scored once (docs/performance.md), and what it showed was mended. Part b was written with the rules. A sentence
whose part is ! is wrong.
"""

from pathlib import Path

import pytest

from tests.unit.entities.test_claims_in_languages import told

FOLDER = Path(__file__).parent / "sayings"


def rows() -> list[tuple[str, str, str, str]]:
    """Return the language, field, sentence and claims of each row whose claims are found."""
    found = []
    for path in sorted(FOLDER.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            part, field, sentence, claims = line.split("\t")
            if part != "!":
                found.append((path.stem, field, sentence, claims))
    return found


@pytest.mark.parametrize(("language", "field", "sentence", "expected"), rows())
def test_a_sentence_has_its_claims(language: str, field: str, sentence: str, expected: str) -> None:
    found = told(language, "", sentence) if field == "title" else told(language, sentence)
    assert found == ([] if expected == "-" else sorted(expected.split("; ")))


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk"])
def test_each_language_has_as_many_sentences(language: str) -> None:
    lines = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    parts = [line.partition("\t")[0] for line in lines]
    assert len(lines) >= 40
    assert parts.count("!") <= 2
