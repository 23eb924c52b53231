"""Names that are known beforehand: leaders, countries, capitals, outlets, bodies, summits; finding them in a text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from monitor.text.tokens import Token, tokenize, tokens

NameType = Literal["person", "org", "place", "event"]


@dataclass(frozen=True, slots=True)
class Name:
    """One line of data/names.tsv. *exact* are aliases that count only in just this case, such as WHO.

    *id* is a Wikidata id, or type:name where none is known; *kind* is leader, country, capital, city, outlet, body,
    summit or sport; *since* and *until* are years of office, or empty.
    """

    id: str
    type: NameType
    kind: str
    country: str
    since: str
    until: str
    name: str
    aliases: tuple[str, ...]
    exact: tuple[str, ...]


class GazetteerMatch(NamedTuple):
    """A known name in a text, from code point *start* to *end* (exclusive)."""

    start: int
    end: int
    name: Name


@dataclass(frozen=True, slots=True)
class _Entry:
    """A folded alias in the index; *written* holds the only spelling that counts, where there is one."""

    words: tuple[str, ...]
    name: Name
    written: str | None


@cache
def load() -> Mapping[str, Name]:
    """All known names, by id."""
    lines = (files("monitor.text") / "data" / "names.tsv").read_text(encoding="utf-8").splitlines()
    return {name.id: name for name in (_name(line) for line in lines if not line.startswith("#"))}


def resolve(text: str, kind: NameType | None = None) -> Name | None:
    """The name that *text* means, by id or by alias in whatever case; None where there is none, or none of type *kind*."""
    name = load().get(text) or _by_alias().get(tokens(text))
    return name if name and kind in {None, name.type} else None


def find(text: str) -> list[GazetteerMatch]:
    """All known names in *text*, in order: whole words, the longest where several begin at one, none inside another."""
    return list(_scan(text, tokenize(text)))


def _scan(text: str, found: tuple[Token, ...]) -> Iterator[GazetteerMatch]:
    index, folded = _index(), tuple([word for word, _, _ in found])
    position = 0
    for start, word in enumerate(folded):
        if start < position or word not in index:
            continue
        for entry in index[word]:
            end = start + len(entry.words)
            if folded[start:end] == entry.words and _is_written(entry, text[found[start].start : found[end - 1].end]):
                yield GazetteerMatch(found[start].start, found[end - 1].end, entry.name)
                position = end
                break


def _is_written(entry: _Entry, text: str) -> bool:
    return entry.written is None or text == entry.written


@cache
def _by_alias() -> dict[tuple[str, ...], Name]:
    """Folded aliases to names; those in any case before those in one case."""
    loose = {tokens(alias): name for name in load().values() for alias in (name.name, *name.aliases) if alias not in name.exact}
    strict = {tokens(alias): name for name in load().values() for alias in name.exact}
    return {**strict, **loose}


@cache
def _index() -> dict[str, tuple[_Entry, ...]]:
    """The first word of an alias to all that begin with it, longest first."""
    index: dict[str, list[_Entry]] = {}
    for name in load().values():
        for alias in dict.fromkeys((name.name, *name.aliases, *name.exact)):
            folded = tokens(alias)
            # A trailing sign, as in U.S., is no part of the last word.
            written = alias.rstrip(".") if alias in name.exact else None
            index.setdefault(folded[0], []).append(_Entry(folded, name, written))
    return {first: tuple(sorted(entries, key=lambda entry: -len(entry.words))) for first, entries in index.items()}


def _name(line: str) -> Name:
    ident, kind, sort, country, since, until, name, aliases, exact = line.split("\t")
    many = [tuple(alias for alias in field.split("|") if alias) for field in (aliases, exact)]
    return Name(ident, _TYPES[kind], sort, country, since, until, name, *many)


_TYPES: Mapping[str, NameType] = {"person": "person", "org": "org", "place": "place", "event": "event"}
