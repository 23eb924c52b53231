"""The claims of single sentences and headlines in several languages, against those that a person gave them.

The folder has LANGUAGE.tsv with lines: where the sentence stands (text or title), the sentence, and its claims, as
"stance: source" separated by "; ", or - for none. Names are those of the gazetteer; no model is used.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from consumers.entities.attribution import find_claims
from consumers.entities.linking import link_entities
from evals.figures import make_random, precision_recall
from evals.sets import Row, not_scored
from monitor.text.languages import pack


def sayings(folder: Path) -> Iterator[Row]:
    """Yield a row of each language."""
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise ValueError("there is no LANGUAGE.tsv in it")
    for path in paths:
        if pack(path.stem).attribution is None:
            yield not_scored(path.stem, "its pack has no words of attribution")
            continue
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        counts = [count(path.stem, field, sentence, claims) for field, sentence, claims, *_ in lines]
        yield {"language": path.stem, "documents": len(counts), **precision_recall(counts, make_random())}


def count(language: str, field: str, sentence: str, expected: str) -> tuple[int, int, int, int]:
    """Return the columns of precision_recall for one sentence."""
    marked = Counter([] if expected == "-" else expected.split("; "))
    found = Counter(read_claims(language, field, sentence))
    right = (found & marked).total()
    return right, found.total(), right, marked.total()


def read_claims(language: str, field: str, sentence: str) -> list[str]:
    """Return the claims of a *sentence* that is an article's text or title, as "stance: source"."""
    language_pack = pack(language)
    if language_pack.attribution is None:
        return []
    title, text = (sentence, "") if field == "title" else ("", sentence)
    entities = link_entities(title, text, [], [], language_pack.names, language)
    return [f"{claim.stance}: {claim.who}" for claim in find_claims(title, text, entities, language_pack.attribution)]
