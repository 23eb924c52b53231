"""The abstract syntax tree of a query.

*offset* is the position in the query's text at which a node begins, in code points. Comparisons ignore it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, get_args

from monitor.messages import Clause

Scope = Literal["anywhere", "title", "lead", "text"]
"""The part of an article to search. *anywhere* is title and text; *lead* is the title and the text's first paragraph."""
SCOPES: tuple[Scope, ...] = get_args(Scope)[1:]
"""The scopes that a query can name, as in title:summit."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word, or consecutive words. If *exact*, case and accents must match."""

    text: str
    scope: Scope = "anywhere"
    exact: bool = False
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins with *stem*."""

    stem: str
    scope: Scope = "anywhere"
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AliasSet:
    """Any of the phrases that the config lists under *name* in [sets]."""

    name: str
    scope: Scope = "anywhere"
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value of one of the article's fields (fields.py), as in person:"Kim Jong Un"."""

    name: Clause
    text: str
    offset: int = field(default=0, compare=False)


class Sign(NamedTuple):
    """What a text must have at a word: *text* directly before or after it, or capitals (or full stops between its letters).

    *word* is the index of the word in the phrase. An empty *text* after a word means that no + or # may follow.
    """

    word: int
    side: Literal["before", "after", "capitals"]
    text: str


class IndexTerm(NamedTuple):
    """The unit of the index: something that an article either contains or does not.

    *field* is "phrase", "whole" or "confusable" (value: folded words), "prefix" (value: one stem), or the name of a field
    (fields.py). A "whole" phrase, of a script without spaces between words, is not found within a longer word. The words of
    a phrase may include BREAK (matching/reading.py), if a sentence ends within the phrase.
    """

    field: Literal["phrase", "whole", "confusable", "prefix"] | Clause
    value: tuple[str, ...]


TEXT_TERMS = frozenset({"phrase", "whole", "confusable", "prefix"})
"""The kinds of IndexTerm that are found in the article's title and text."""


@dataclass(frozen=True, slots=True)
class Term:
    """A resolved leaf: the article must contain one of *index_terms*.

    *exact_words* are the words in the spelling they must have; empty if case and accents do not matter. *signs* are those
    that each of *index_terms* must have beside it, as in C++; empty if none needs any. *clause* and *text* identify the term
    in an alert's reasons: the list or field it comes from, and the text as the watch has it.
    """

    clause: Clause
    text: str
    index_terms: tuple[IndexTerm, ...]
    scope: Scope = "anywhere"
    exact_words: tuple[str, ...] = ()
    signs: tuple[tuple[Sign, ...], ...] = ()
    offset: int = field(default=0, compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether an article with one of *index_terms* needs nothing else."""
        return self.scope == "anywhere" and not self.exact_words and not self.signs


@dataclass(frozen=True, slots=True)
class NearOperator:
    """NEAR/n or ONEAR/n: at most *distance* words between two operands; if *ordered*, the right one comes second."""

    distance: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Near:
    """Operands that occur close together. operators[i] relates parts[i] to parts[i + 1]."""

    parts: tuple["Node", ...]
    operators: tuple[NearOperator, ...]
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of *parts* must hold."""

    parts: tuple["Node", ...]
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of *parts* must hold."""

    parts: tuple["Node", ...]
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """*part* must not hold."""

    part: "Node"
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least *count* of *parts* must hold."""

    count: int
    parts: tuple["Node", ...]
    offset: int = field(default=0, compare=False)


Leaf: TypeAlias = Phrase | Prefix | AliasSet | FieldValue
Node: TypeAlias = Leaf | Term | Near | And | Or | Not | AtLeast


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct children of *node*; a leaf has none."""
    match node:
        case Not(part):
            return (part,)
        case Near(parts) | And(parts) | Or(parts) | AtLeast(_, parts):
            return parts
        case _:
            return ()


def map_children(node: Node, function: Callable[[Node], Node]) -> Node:
    """Return *node* with *function* applied to each child. A leaf is returned unchanged."""
    match node:
        case Not(part, offset):
            return Not(function(part), offset)
        case And(parts, offset):
            return And(tuple(map(function, parts)), offset)
        case Or(parts, offset):
            return Or(tuple(map(function, parts)), offset)
        case AtLeast(count, parts, offset):
            return AtLeast(count, tuple(map(function, parts)), offset)
        case Near(parts, operators, offset):
            return Near(tuple(map(function, parts)), operators, offset)
        case _:
            return node


def walk(node: Node) -> Iterator[Node]:
    """Yield *node* and all its descendants, each before its children."""
    yield node
    for child in children(node):
        yield from walk(child)


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield the unresolved leaves of *node*, from left to right."""
    return (each for each in walk(node) if isinstance(each, Phrase | Prefix | AliasSet | FieldValue))
