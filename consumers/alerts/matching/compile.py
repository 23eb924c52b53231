"""Compiling a watch of the config: its lists and its query become one syntax tree. Also reports the parts that never match."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from consumers.alerts.matching.limits import count_problem, count_terms, set_problem
from consumers.alerts.matching.resolve import any_phrase, field_node, resolve
from consumers.alerts.matching.unknown_names import name_hint, subject_hint
from consumers.alerts.query.ast import AliasSet, And, FieldValue, Node, Not, Or, leaves
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.query.fields import ENTITY_TYPES, FIELDS, Field, Fields, Lookups, get_field, text_problem
from consumers.alerts.query.hints import HintKind, find_hints, phrase_hint
from consumers.alerts.query.parse import parse
from consumers.alerts.query.regex import regex_in_query, regex_problem
from monitor.config import Watch
from monitor.config.problems import WatchProblem

TEXT_LISTS = ("any", "all", "none")
"""The lists of a watch that hold words, phrases, and @names of sets."""


@dataclass(frozen=True, slots=True, eq=False)
class CompiledWatch:
    """A watch and the resolved syntax tree that decides whether it matches."""

    watch: Watch
    ast: Node


class ListProblem(NamedTuple):
    """Why the list *key* of a watch cannot be used, and how to fix it."""

    key: str
    message: str


def compile_watch(watch: Watch, lookups: Lookups, fields: Fields = FIELDS) -> CompiledWatch:
    """Return *watch* in compiled form. Raises InvalidQuery if its query cannot be parsed.

    Other problems, which list_problems and query_problem report, raise no error: the part concerned never matches.
    """
    parts = tuple(_parts(watch, lookups, fields))
    return CompiledWatch(watch, parts[0] if len(parts) == 1 else And(parts))


def _parts(watch: Watch, lookups: Lookups, fields: Fields) -> Iterator[Node]:
    """Yield the conditions that must all hold, in the order in which alerts give reasons."""
    if watch.query:
        yield resolve(parse(watch.query, fields), lookups, fields, confusables=watch.confusables)
    for text in watch.all:
        yield any_phrase("all", _expand_sets([text], lookups), confusables=watch.confusables)
    if watch.any:
        yield any_phrase("any", _expand_sets(watch.any, lookups), confusables=watch.confusables)
    yield from (_field_list(field, watch, lookups) for field in _listed(watch, fields) if not field.is_origin)
    if watch.none:
        yield Not(any_phrase("phrase", _expand_sets(watch.none, lookups), confusables=watch.confusables))
    yield from (_field_list(field, watch, lookups) for field in _listed(watch, fields) if field.is_origin)


def _listed(watch: Watch, fields: Fields) -> list[Field]:
    """Return the fields for which *watch* has a list that is not empty."""
    return [field for field in fields if field.list_key and getattr(watch, field.list_key)]


def _field_list(field: Field, watch: Watch, lookups: Lookups) -> Or:
    return Or(tuple(field_node(field, text, lookups, confusables=watch.confusables) for text in getattr(watch, field.list_key)))


def _expand_sets(texts: Iterable[str], lookups: Lookups) -> list[str]:
    """Return *texts* with each @name replaced by the aliases of that set. An unknown @name stays as it is."""
    sets = lookups.alias_sets
    return [alias for text in texts for alias in (sets.get(text[1:], (text,)) if text.startswith("@") else (text,))]


def list_problems(watch: Watch, lookups: Lookups, fields: Fields = FIELDS) -> list[ListProblem]:
    """Return a problem for each text in the lists of *watch* that can never match. See query_problem for its query."""
    texts = [(key, text) for key in TEXT_LISTS for text in getattr(watch, key)]
    problems = [ListProblem(key, message) for key, text in texts if (message := text_problem(text) or regex_problem(text))]
    problems += [
        ListProblem(key, message) for key, text in texts if text.startswith("@") and (message := set_problem(text[1:], lookups))
    ]
    problems += [
        ListProblem(field.list_key, message)
        for field in _listed(watch, fields)
        for text in getattr(watch, field.list_key)
        if (message := field.problem(text, lookups))
    ]
    counts = {key: count_terms((text for each, text in texts if each == key), lookups) for key in TEXT_LISTS}
    if not watch.query and (message := count_problem(sum(counts.values()))):
        problems.append(ListProblem(max(counts, key=lambda key: counts[key]), message))
    return problems


def query_problem(watch: Watch, lookups: Lookups, fields: Fields = FIELDS) -> InvalidQuery | None:
    """Return why the query of *watch* cannot be used; None if it can, or if the watch has no query."""
    if found := regex_in_query(watch.query):
        return InvalidQuery(watch.query, *found)
    try:
        node = parse(watch.query, fields) if watch.query else And(())
    except InvalidQuery as error:
        return error
    terms = 0
    for leaf in leaves(node):
        terms += len(lookups.alias_sets.get(leaf.name, ())) if isinstance(leaf, AliasSet) else 1
        if message := count_problem(terms):
            return InvalidQuery(watch.query, leaf.offset, message)
        match leaf:
            case AliasSet(name) if message := set_problem(name, lookups):
                remedy = "" if name in lookups.alias_sets else f'; write "@{name}" for the word'
                return InvalidQuery(watch.query, leaf.offset, f"{message}{remedy}")
            case FieldValue(name, text) if message := get_field(name, fields).problem(text, lookups):
                return InvalidQuery(watch.query, leaf.offset, message)
            case _:
                pass
    return None


def query_hints(watch: Watch, fields: Fields = FIELDS) -> list[tuple[HintKind, InvalidQuery]]:
    """Return a hint for each place in the valid query of *watch* that may not mean what its author intended, with its kind."""
    hints = [(kind, InvalidQuery(watch.query, offset, message)) for kind, offset, message in find_hints(watch.query, fields)]
    values = [leaf for leaf in leaves(parse(watch.query, fields)) if isinstance(leaf, FieldValue)]
    names: list[tuple[HintKind, InvalidQuery]] = [
        ("unknown", InvalidQuery(watch.query, value.offset, hint))
        for value in values
        if (hint := _name_hint(value.name, value.text))
    ]
    return hints + names


def list_hints(watch: Watch, fields: Fields = FIELDS) -> list[tuple[HintKind, ListProblem]]:
    """Return a hint for each text in the lists of *watch* that may not mean what its author intended, with its kind."""
    texts = [(key, text) for key in TEXT_LISTS for text in getattr(watch, key)]
    names = [(field, text) for field in _listed(watch, fields) for text in getattr(watch, field.list_key)]
    return [
        *(("literal", ListProblem(key, hint)) for key, text in texts if (hint := _star_hint(text) or phrase_hint(text))),
        *(("unknown", ListProblem(field.list_key, hint)) for field, text in names if (hint := _name_hint(field.name, text))),
    ]


def _name_hint(field_name: str, text: str) -> str | None:
    if field_name == "about":
        return subject_hint(text)
    entity_type = next((each for each in ENTITY_TYPES if each == field_name), None)
    return name_hint(text, entity_type) if entity_type else None


def _star_hint(text: str) -> str | None:
    if not text.endswith("*"):
        return None
    return f"the star in {text!r} has no meaning in a list; for a prefix write query = '{text}'"


def locate_in_list(watch: Watch, problem: ListProblem) -> WatchProblem:
    """Return *problem* with the name of *watch*, at the list's key in the config."""
    return WatchProblem(f"watch {watch.id!r}, {problem.key}: {problem.message}", watch.id, problem.key)


def locate_in_query(watch: Watch, error: InvalidQuery) -> WatchProblem:
    """Return *error* with the name of *watch*, at its line and column in the query."""
    text = f"watch {watch.id!r}, query: {error.message}\n{error.context}"
    return WatchProblem(text, watch.id, "query", error.line, error.column)
