"""The gazetteer: names of leaders, countries, cities, outlets, organisations and summits, and the search for them in a text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from monitor.text.tokens import Token, tokenize, tokens

EntryType = Literal["person", "org", "place", "event"]


@dataclass(frozen=True, slots=True)
class GazetteerEntry:
    """One line of data/names.tsv.

    *id* is a Wikidata id, or type:name if there is none. *kind* is leader, country, capital, city, outlet, body, summit or
    sport. *since* and *until* are years of office, or empty. *exact* are the aliases that match only in exactly this case,
    such as WHO.
    """

    id: str
    type: EntryType
    kind: str
    country: str
    since: str
    until: str
    name: str
    aliases: tuple[str, ...]
    exact: tuple[str, ...]


class GazetteerMatch(NamedTuple):
    """A name in a text, from code point *start* to *end* (exclusive)."""

    start: int
    end: int
    entry: GazetteerEntry


@dataclass(frozen=True, slots=True)
class _Alias:
    """A folded alias. *exact* is the only spelling that matches, or None if any does."""

    words: tuple[str, ...]
    entry: GazetteerEntry
    exact: str | None


@cache
def load() -> Mapping[str, GazetteerEntry]:
    """Return all entries by id."""
    lines = (files("monitor.text") / "data" / "names.tsv").read_text(encoding="utf-8").splitlines()
    return {entry.id: entry for entry in (_parse(line) for line in lines if not line.startswith("#"))}


def resolve(text: str, entry_type: EntryType | None = None) -> GazetteerEntry | None:
    """Return the entry with the id or alias *text*, in any case; None if there is none, or if it has not *entry_type*."""
    entry = load().get(text) or _entry_by_alias().get(tokens(text))
    return entry if entry and entry_type in {None, entry.type} else None


def find(text: str) -> list[GazetteerMatch]:
    """Return all names in *text*, in order. Only whole words match.

    If names overlap, the one that starts first is returned; if they start together, the longest.
    """
    return list(_scan(text, tokenize(text)))


def _scan(text: str, text_tokens: Sequence[Token]) -> Iterator[GazetteerMatch]:
    index, words = _index(), tuple([word for word, _, _ in text_tokens])
    position = 0
    for first, word in enumerate(words):
        if first < position or word not in index:
            continue
        for alias in index[word]:
            end = first + len(alias.words)
            if words[first:end] != alias.words:
                continue
            start_char, end_char = text_tokens[first].start, text_tokens[end - 1].end
            if alias.exact is None or alias.exact == text[start_char:end_char]:
                yield GazetteerMatch(start_char, end_char, alias.entry)
                position = end
                break


@cache
def _entry_by_alias() -> dict[tuple[str, ...], GazetteerEntry]:
    """Return the entries by folded alias. An alias that matches in any case takes precedence over an exact one."""
    in_any_case = {
        tokens(alias): entry for entry in load().values() for alias in (entry.name, *entry.aliases) if alias not in entry.exact
    }
    in_one_case = {tokens(alias): entry for entry in load().values() for alias in entry.exact}
    return {**in_one_case, **in_any_case}


@cache
def _index() -> dict[str, tuple[_Alias, ...]]:
    """Return the aliases by their first word, the longest first."""
    index: dict[str, list[_Alias]] = {}
    for entry in load().values():
        for alias in dict.fromkeys((entry.name, *entry.aliases, *entry.exact)):
            words = tokens(alias)
            # A trailing full stop, as in U.S., is not part of the last token.
            exact = alias.rstrip(".") if alias in entry.exact else None
            index.setdefault(words[0], []).append(_Alias(words, entry, exact))
    return {first: tuple(sorted(aliases, key=lambda alias: -len(alias.words))) for first, aliases in index.items()}


def _parse(line: str) -> GazetteerEntry:
    ident, entry_type, kind, country, since, until, name, aliases, exact = line.split("\t")
    lists = [tuple(alias for alias in field.split("|") if alias) for field in (aliases, exact)]
    return GazetteerEntry(ident, _TYPES[entry_type], kind, country, since, until, name, *lists)


_TYPES: Mapping[str, EntryType] = {"person": "person", "org": "org", "place": "place", "event": "event"}
