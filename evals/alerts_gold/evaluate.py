"""Precision and recall of watches over pairs of subject and document, and the causes of the errors."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.fields import ENTITY_TYPES
from evals.alerts_gold import dataset
from evals.alerts_gold.dataset import Dataset, Subject
from evals.alerts_gold.error_causes import ErrorCauses
from evals.figures import make_random, precision_recall
from evals.sets import Row
from monitor.config import Config, Watch
from monitor.text.tokens import tokens

METHODS = ("label", "forms", "own forms", "own forms as written", "own names")
"""How the watch of a subject is made.

- label: the subject's label alone.
- forms: the label and all forms that are listed for the subject.
- own forms: the label and the forms that are not used more often for another subject.
- own forms as written: own forms, in the listed spelling or in capitals.
- own names: own forms, if the entities service recognises them as a name of any type.
"""

Pair = tuple[str, str]
"""The ids of a subject and a document."""


def alerts_gold(folder: Path) -> Iterator[Row]:
    """Yield the rows of each dataset in *folder*. Raises ValueError if there is none."""
    for name in dataset.list_names(folder):
        data = dataset.read(folder, name)
        for method in METHODS:
            documents = dataset.with_entities(data) if method == "own names" else data
            yield from _evaluate(documents, name, method)


def _evaluate(data: Dataset, name: str, method: str) -> Iterator[Row]:
    """Yield a row of figures, then a row for each cause of errors, the most frequent first."""
    searched = {
        subject.id: tuple(form for form in _searched_forms(data, subject, method) if tokens(form)) for subject in data.subjects
    }
    matched = _match(data, [_watch(subject, forms, method) for subject, forms in searched.items() if forms])
    expected = {(subject.id, document) for subject in data.subjects for document in subject.documents}
    correct, all_matched, all_expected = (_by_document(pairs) for pairs in (matched & expected, matched, expected))
    documents = dict.fromkeys((*data.documents, *sorted(all_expected)))
    counts = [(correct[each], all_matched[each], correct[each], all_expected[each]) for each in documents]
    yield {
        "of": name,
        "watches": method,
        "subjects": len(data.subjects),
        "documents": len(data.documents),
        **precision_recall(counts, make_random()),
    }
    causes = ErrorCauses(data, searched)
    for error, pairs, cause_of in (
        ("false alert", matched - expected, causes.false_alert),
        ("missed", expected - matched, causes.missed),
    ):
        for cause, examples in _group(pairs, cause_of):
            subject, document = examples[0]
            yield {
                "of": name,
                "watches": method,
                "error": error,
                "cause": cause,
                "count": len(examples),
                "such as": f"{subject} in {document}",
            }


def _by_document(pairs: Iterable[Pair]) -> Counter[str]:
    return Counter(document for _, document in pairs)


def _group(pairs: Iterable[Pair], cause_of: Callable[[str, str], str]) -> list[tuple[str, list[Pair]]]:
    by_cause: dict[str, list[Pair]] = {}
    for pair in sorted(pairs):
        by_cause.setdefault(cause_of(*pair), []).append(pair)
    return sorted(by_cause.items(), key=lambda item: -len(item[1]))


def _searched_forms(data: Dataset, subject: Subject, method: str) -> Iterator[str]:
    """Yield the forms that the watch of *subject* searches for."""
    yield subject.label
    if method == "forms":
        yield from subject.forms
    elif method != "label":
        yield from (form for form in subject.forms if _is_own(data, subject, form))


def _is_own(data: Dataset, subject: Subject, form: str) -> bool:
    """Return whether *form* is used at least as often for *subject* as for any other subject."""
    uses = data.uses[tokens(form)]
    return uses[subject.id] == max(uses.values())


def _watch(subject: str, forms: Iterable[str], method: str) -> Watch:
    quotable = [form.replace('"', " ") for form in forms]
    match method:
        case "own forms as written":
            return Watch(subject, query=" OR ".join(f'case("{form}") OR case("{form.upper()}")' for form in quotable))
        case "own names":
            return Watch(subject, query=" OR ".join(f'{kind}:"{form}"' for form in quotable for kind in ENTITY_TYPES))
        case _:
            return Watch(subject, any=tuple(forms))


def _match(data: Dataset, watches: Iterable[Watch]) -> set[Pair]:
    """Return the pairs of a subject and a document that the subject's watch matches."""
    lookups, matcher = lookups_for(Config()), Matcher()
    for watch in watches:
        matcher.add(compile_watch(watch, lookups))
    documents = data.documents.items()
    return {(compiled.watch.id, ident) for ident, document in documents for compiled in matcher.match(document)}
