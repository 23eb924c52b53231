"""A watch as the config has it, compiled: what finds it quickly, and what is left to look at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from consumers.alerts.matching.resolve import ENTITIES, Lookups, aliases, resolve, value
from consumers.alerts.query.ast import AliasSet, And, Attribute, Key, Node, Not, Or, Term, Value, leaves
from consumers.alerts.query.errors import BadQuery
from consumers.alerts.query.parse import parse
from consumers.alerts.query.validate import hints
from monitor.config import Watch
from monitor.text.tokens import tokens

BESIDE: tuple[Attribute, ...] = (*ENTITIES, "topic")
"""The lists of what an article must have beside its words."""


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A watch, and the tree that says when it matches."""

    watch: Watch
    tree: Node


class ListProblem(NamedTuple):
    """What is wrong with the list *key* of a watch."""

    key: str
    said: str


def compile_watch(watch: Watch, lookups: Lookups) -> Query:
    """*watch* as a query; what *problems* tells of is passed over. Raises BadQuery."""
    parts = tuple(_parts(watch, lookups))
    return Query(watch, parts[0] if len(parts) == 1 else And(parts))


def _parts(watch: Watch, lookups: Lookups) -> Iterator[Node]:
    """What must hold together, in the order in which reasons are given."""
    if watch.query:
        yield resolve(parse(watch.query), lookups, confusables=watch.confusables)
    for text in watch.all:
        yield aliases("all", _listed([text], lookups), confusables=watch.confusables)
    if watch.any:
        yield aliases("any", _listed(watch.any, lookups), confusables=watch.confusables)
    for kind in BESIDE:
        if texts := getattr(watch, kind):
            yield _values(kind, texts, lookups)
    if watch.health:
        yield Or(tuple(Term("health", kind, (Key("health", (kind,)),)) for kind in watch.health))
    if watch.none:
        yield Not(aliases("phrase", _listed(watch.none, lookups), confusables=watch.confusables))
    if watch.feeds:
        yield _values("feed", watch.feeds, lookups)
    if watch.lang:
        yield _values("lang", watch.lang, lookups)


def _values(attribute: Attribute, texts: Iterable[str], lookups: Lookups) -> Or:
    return Or(tuple(Term(attribute, text, value(attribute, text, lookups)) for text in texts))


def _listed(texts: Iterable[str], lookups: Lookups) -> list[str]:
    """*texts* with the aliases of a set in place of its @name."""
    return [alias for text in texts for alias in (lookups.sets.get(text[1:], (text,)) if text.startswith("@") else (text,))]


def problems(watch: Watch, lookups: Lookups) -> list[ListProblem]:
    """What in the lists of *watch* can never match, with a remedy; see query_problem for its query."""
    terms = [(name, term) for name in ("any", "all", "none", *ENTITIES) for term in getattr(watch, name)]
    wordless = "holds no word to look for; give letters or digits"
    found = [ListProblem(name, f"{term!r} {wordless}") for name, term in terms if not tokens(term)]
    found += [
        ListProblem(name, _no_set(term[1:], lookups))
        for name, term in terms
        if term.startswith("@") and name not in ENTITIES and term[1:] not in lookups.sets
    ]
    found += [ListProblem("topic", _no_topic(term)) for term in watch.topic if lookups.topic(term) is None]
    found += [ListProblem("feeds", _no_feed(name)) for name in watch.feeds if not list(lookups.feeds(name))]
    return found


def query_problem(watch: Watch, lookups: Lookups) -> BadQuery | None:
    """What is wrong with the query of *watch*, if it has one and something is."""
    try:
        tree = parse(watch.query) if watch.query else And(())
    except BadQuery as error:
        return error
    for leaf in leaves(tree):
        match leaf:
            case AliasSet(name) if name not in lookups.sets:
                return BadQuery(watch.query, leaf.at, _no_set(name, lookups))
            case Value("topic", text) if lookups.topic(text) is None:
                return BadQuery(watch.query, leaf.at, _no_topic(text))
            case Value("feed", text) if not list(lookups.feeds(text)):
                return BadQuery(watch.query, leaf.at, _no_feed(text))
            case _:
                pass
    return None


def query_hints(watch: Watch) -> list[BadQuery]:
    """Where the query of *watch*, which is good, may mean something else than was meant."""
    return [BadQuery(watch.query, at, said) for at, said in hints(watch.query, parse(watch.query))]


def _no_set(name: str, lookups: Lookups) -> str:
    known = ", ".join(f"@{each}" for each in lookups.sets) or "none"
    return f"there is no set {name!r} in [sets]; known: {known}"


def _no_topic(text: str) -> str:
    return f"{text!r} is no IPTC Media Topic; give its English name or its code, such as medtop:11000000"


def _no_feed(text: str) -> str:
    return f"{text!r} is none of the configured feeds; give a feed's name or url"
