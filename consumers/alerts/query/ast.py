"""What a query says, as a tree. *at* is where a part begins in the query's text; it makes no difference to what is equal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, get_args

from monitor.messages import Clause

Where = Literal["anywhere", "title", "lead", "text"]
"""Where words must stand: *anywhere* is title or text, *lead* the title and the text's first paragraph."""
Attribute = Literal["person", "org", "place", "event", "topic", "site", "feed", "source", "lang", "country"]
"""What else an article has that can be asked for."""
WHERE: tuple[Where, ...] = get_args(Where)[1:]
ATTRIBUTES: tuple[Attribute, ...] = get_args(Attribute)
FILTERS: tuple[Attribute, ...] = ("lang", "country")
"""What so many articles have that it only narrows down."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word, or words in a row; *exact* where case and accents count."""

    text: str
    where: Where = "anywhere"
    exact: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """All words that begin with *stem*."""

    stem: str
    where: Where = "anywhere"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AliasSet:
    """One of the phrases that the config lists under *name* in [sets]."""

    name: str
    where: Where = "anywhere"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Value:
    """Something that the article has beside its words."""

    attribute: Attribute
    text: str
    at: int = field(default=0, compare=False)


class Key(NamedTuple):
    """Something that an article has or has not, by which watches are found: folded words, an entity's id, a topic's code ..."""

    kind: Literal["phrase", "alike", "prefix", "health"] | Attribute
    value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A leaf, looked up: one of *keys* must be there. *written* are the words just as they must stand; empty where folded.

    *clause* and *text* are what a reason calls it: the list or kind it comes from, and the words as the watch has them.
    """

    clause: Clause
    text: str
    keys: tuple[Key, ...]
    where: Where = "anywhere"
    written: tuple[str, ...] = ()
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Link:
    """How one part of a Near stands to the part before it: at most *gap* words between, after it where *ordered*."""

    gap: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Near:
    """Parts that stand close together; the n-th of *links* is between the n-th part and the next."""

    parts: tuple["Node", ...]
    links: tuple[Link, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of *parts*."""

    parts: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """One of *parts*."""

    parts: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Not *part*."""

    part: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """*count* of *parts* or more."""

    count: int
    parts: tuple["Node", ...]
    at: int = field(default=0, compare=False)


Leaf: TypeAlias = Phrase | Prefix | AliasSet | Value
Node: TypeAlias = Leaf | Term | Near | And | Or | Not | AtLeast


def children(node: Node) -> tuple[Node, ...]:
    """The parts of *node*; none of a leaf."""
    match node:
        case Not(part):
            return (part,)
        case Near(parts) | And(parts) | Or(parts) | AtLeast(_, parts):
            return parts
        case _:
            return ()


def changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """*node* with each of its parts as *change* makes it; a leaf as it is."""
    match node:
        case Not(part, at):
            return Not(change(part), at)
        case And(parts, at):
            return And(tuple(map(change, parts)), at)
        case Or(parts, at):
            return Or(tuple(map(change, parts)), at)
        case AtLeast(count, parts, at):
            return AtLeast(count, tuple(map(change, parts)), at)
        case Near(parts, links, at):
            return Near(tuple(map(change, parts)), links, at)
        case _:
            return node


def leaves(node: Node) -> Iterator[Leaf]:
    """All leaves of *node*, as they come."""
    if isinstance(node, Phrase | Prefix | AliasSet | Value):
        yield node
    for part in children(node):
        yield from leaves(part)


def place(name: str) -> Where:
    """*name* as a place. Raises StopIteration where it is none."""
    return next(each for each in WHERE if each == name)
