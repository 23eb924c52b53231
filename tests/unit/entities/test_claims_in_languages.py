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
