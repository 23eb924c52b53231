"""How well watches find the articles that name their subjects: the measure of the set alerts_gold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.fields import ENTITY_TYPES
from evals.alerts_gold.causes import Causes
from evals.alerts_gold.gold import Gold, read, terms
from evals.alerts_gold.names import recognised
from evals.sets import Row
from monitor.config import Config, Watch

METHODS = ("label", "forms", "own forms", "own forms as written", "own names")
"""A watch of the subject's label alone; with all forms that are listed for it; with those that are not listed for another
subject more often; with these as they are written, or all in capitals; where they are recognised as a name of any kind."""


def alerts_gold(folder: Path) -> Iterator[Row]:
    """Rows of precision and recall over pairs of subject and document, each method's errors by cause below it.

    NAME_LANG.subjects.jsonl.gz has {subject, label?, surface_forms: {form: count}, docs: [id]} a line, NAME_LANG.docs.jsonl.gz
    {id, text}. Raises ValueError where there are none.
    """
    names = sorted(path.name.removesuffix(".subjects.jsonl.gz") for path in folder.glob("*.subjects.jsonl.gz"))
    if not names:
        raise ValueError("there is no NAME.subjects.jsonl.gz in it")
    for name in names:
        gold = read(folder, name)
        for method in METHODS:
            seen = replace(gold, readings=recognised(gold.readings)) if method == "own names" else gold
            yield from _scored(seen, name, method)


def _scored(gold: Gold, name: str, method: str) -> Iterator[Row]:
    used = terms(gold, method)
    found = _found(gold, [_watch(name, forms, method) for name, forms in used.items() if forms])
    right = sum(len(found[subject.name] & subject.docs) for subject in gold.subjects)
    false = {(each.name, doc) for each in gold.subjects for doc in found[each.name] - each.docs}
    missed = {(each.name, doc) for each in gold.subjects for doc in each.docs - found[each.name]}
    precision, recall = right / max(1, right + len(false)), right / max(1, right + len(missed))
    yield {
        "of": name,
        "watches": method,
        "subjects": len(gold.subjects),
        "documents": len(gold.readings),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / ((precision + recall) or 1.0),
    }
    causes = Causes(gold, used)
    for error, pairs, cause in (("false alert", false, causes.false_alert), ("missed", missed, causes.missed)):
        by: dict[str, list[tuple[str, str]]] = {}
        for pair in sorted(pairs):
            by.setdefault(cause(*pair), []).append(pair)
        for said, those in sorted(by.items(), key=lambda item: -len(item[1])):
            subject, doc = those[0]
            yield {
                "of": name,
                "watches": method,
                "error": error,
                "cause": said,
                "count": len(those),
                "such as": f"{subject} in {doc}",
            }


def _watch(name: str, forms: Iterable[str], method: str) -> Watch:
    plain = [form.replace('"', " ") for form in forms]
    match method:
        case "own forms as written":
            return Watch(name, query=" OR ".join(f'case("{form}") OR case("{form.upper()}")' for form in plain))
        case "own names":
            return Watch(name, query=" OR ".join(f'{kind}:"{form}"' for form in plain for kind in ENTITY_TYPES))
        case _:
            return Watch(name, any=tuple(forms))


def _found(gold: Gold, watches: Iterable[Watch]) -> dict[str, set[str]]:
    """The documents that each subject's watch matches."""
    known, matcher = lookups_for(Config()), Matcher()
    for watch in watches:
        matcher.add(compile_watch(watch, known))
    found: dict[str, set[str]] = {subject.name: set() for subject in gold.subjects}
    for doc, reading in gold.readings.items():
        for query in matcher.match(reading):
            found[query.watch.id].add(doc)
    return found
