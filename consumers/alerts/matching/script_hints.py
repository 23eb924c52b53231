"""Hints about terms in scripts whose words cannot be told apart, with what to install where that helps."""

from collections.abc import Iterable, Iterator

from consumers.alerts.matching.compile import TEXT_LISTS, ListProblem, compile_watch, locate_in_list, locate_in_query
from consumers.alerts.query.ast import TEXT_TERMS, Term, walk
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.query.fields import Lookups
from monitor.config import Watch
from monitor.config.problems import WatchProblem
from monitor.text.scripts.support import missing_support


def script_hints(watches: Iterable[Watch], lookups: Lookups, *, dictionary: bool) -> list[WatchProblem]:
    """Return a hint for each such script, at its first term in *watches*, which must be valid.

    *dictionary* is whether the extra `segmentation` is installed.
    """
    sets = " ".join(alias for aliases in lookups.alias_sets.values() for alias in aliases)
    first: dict[str, tuple[Watch, Term, str]] = {}
    found_in: dict[str, list[str]] = {}
    for watch in watches:
        texts = " ".join((watch.query or "", *(text for key in TEXT_LISTS for text in getattr(watch, key))))
        if not any(missing_support(f"{texts} {sets}" if "@" in texts else texts, dictionary=dictionary)):
            continue
        for term in _text_terms(watch, lookups):
            for script, effect in missing_support(term.text, dictionary=dictionary):
                first.setdefault(script, (watch, term, effect))
                if watch.id not in found_in.setdefault(script, [])[-1:]:
                    found_in[script].append(watch.id)
    return [_hint(*first[script], len(found_in[script]) - 1) for script in first]


def _text_terms(watch: Watch, lookups: Lookups) -> Iterator[Term]:
    """Yield the terms of *watch* that are searched for in title and text."""
    for node in walk(compile_watch(watch, lookups).ast):
        if isinstance(node, Term) and any(each.field in TEXT_TERMS for each in node.index_terms):
            yield node


def _hint(watch: Watch, term: Term, effect: str, others: int) -> WatchProblem:
    """Return a hint that *term* of *watch*, and terms of *others* more watches, have this *effect*."""
    more = f" (likewise in {others:,} more watch{'es' if others > 1 else ''})" if others else ""
    message = f"{term.text!r}: {effect}{more}"
    if term.clause in {"any", "all"} or not watch.query:
        return locate_in_list(watch, ListProblem(term.clause if term.clause in {"any", "all"} else "none", message))
    return locate_in_query(watch, InvalidQuery(watch.query, term.offset, message))
