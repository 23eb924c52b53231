"""The gazetteer: names of leaders, countries, places, outlets, organisations and summits, and the search for them in a text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from monitor.text.languages.lemmas import Lemmatise
from monitor.text.names_in_context import Alias, Verdict, Writing, judge
from monitor.text.tokens import Token, tokenize, tokens

MAX_LEMMA_CHARS = 40_000
"""Code points of a text in which inflected names are searched for. The dictionary form of a new word takes a while."""
EntryType = Literal["person", "org", "place", "event"]


@dataclass(frozen=True, slots=True)
class GazetteerEntry:
    """One line of data/names.tsv.

    *id* is a Wikidata id, or type:name; *qid* is the Wikidata id, or empty if none is known. *kind* is leader, country,
    capital, city, town, region, continent, sea, outlet, body, summit or sport. *since* and *until* are years of office, or
    empty. *exact* are the aliases that match only in exactly this case, such as WHO. *languages* are those in which an alias
    counts, for the aliases that count in some only.
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
    qid: str = ""
    languages: Mapping[str, frozenset[str]] | None = None

    @property
    def abbreviation(self) -> str | None:
        """The abbreviation of an organisation or event, in capital Latin letters; None if it has none besides its name."""
        names = (*self.exact, *self.aliases) if self.type in {"org", "event"} else ()
        return next((each for each in names if each.isascii() and each.isalnum() and each.isupper()), None)


class GazetteerMatch(NamedTuple):
    """A name in a text, from code point *start* to *end* (exclusive)."""

    start: int
    end: int
    entry: GazetteerEntry


@cache
def load() -> Mapping[str, GazetteerEntry]:
    """Return all entries by id."""
    lines = (files("monitor.text") / "data" / "names.tsv").read_text(encoding="utf-8").splitlines()
    return {entry.id: entry for entry in (_parse(line) for line in lines if not line.startswith("#"))}


def resolve(text: str, entry_type: EntryType | None = None) -> GazetteerEntry | None:
    """Return the entry with the id or alias *text*, in any case; None if there is none, or if it has not *entry_type*."""
    entry = load().get(text) or _entry_by_qid().get(text) or _entry_by_alias().get(tokens(text))
    return entry if entry and entry_type in {None, entry.type} else None


def load_aliases() -> None:
    """Make the tables that `resolve` searches. It takes tenths of a second, so a service does it in a thread at its start."""
    _entry_by_alias()
    _entry_by_qid()


def find(text: str, language: str = "", lemmatise: Lemmatise | None = None) -> list[GazetteerMatch]:
    """Return all names in *text*, which is of *language*, in order. Only whole words match.

    A name counts only as it is written in that language: see names_in_context. *lemmatise* returns the dictionary forms of a
    word, so that inflected names are found too. If names overlap, the one that starts first is returned; if they start
    together, the longest.
    """
    writing = Writing(text, language)
    found = list(_scan(writing, tokenize(text), lemmatise))
    sure = {match.entry.id for match, verdict in found if verdict == "name"}
    return [match for match, verdict in found if verdict == "name" or match.entry.id in sure]


def _scan(
    writing: Writing, text_tokens: Sequence[Token], lemmatise: Lemmatise | None
) -> Iterator[tuple[GazetteerMatch, Verdict]]:
    index, position = _index(), 0
    lemmas = _LemmaScan(writing.text, text_tokens, lemmatise, writing.language) if lemmatise else None
    words = tuple([word for word, _, _ in text_tokens])
    for first, word in enumerate(words):
        if first < position:
            continue
        candidates = [alias for alias in index.get(word, ()) if words[first : first + len(alias.words)] == alias.words]
        if lemmas:
            candidates += lemmas.candidates(first)
        for alias in candidates:
            end = first + len(alias.words)
            verdict = judge(writing, text_tokens[first:end], alias, is_form=words[first:end] != alias.words)
            if verdict != "other word":
                start_char, end_char = text_tokens[first].start, text_tokens[end - 1].end
                yield GazetteerMatch(start_char, end_char, load()[alias.entry]), verdict
                position = end
                break


class _LemmaScan:
    """The search for inflected names: words from one with a capital on are compared by their dictionary forms."""

    def __init__(self, text: str, text_tokens: Sequence[Token], lemmatise: Lemmatise, language: str) -> None:
        self._text, self._tokens, self._lemmatise = text, text_tokens, lemmatise
        self._index = _lemma_index(lemmatise, language)

    def candidates(self, first: int) -> list[Alias]:
        """Return the aliases whose dictionary forms begin at the word *first*, the longest first."""
        start = self._tokens[first].start
        if start >= MAX_LEMMA_CHARS or not self._text[start].isupper():
            return []
        nearby = dict.fromkeys(each for form in self._forms(first) for each in self._index.get(form, ()))
        found = [alias for alias, forms in nearby if self._agrees(first, forms)]
        return sorted(found, key=lambda alias: -len(alias.words)) if len(found) > 1 else found

    def _forms(self, number: int) -> tuple[str, ...]:
        token = self._tokens[number]
        return self._lemmatise(self._text[token.start : token.end])

    def _agrees(self, first: int, forms: Sequence[frozenset[str]]) -> bool:
        return first + len(forms) <= len(self._tokens) and all(
            not theirs.isdisjoint(self._forms(first + number)) for number, theirs in enumerate(forms)
        )


@cache
def _lemma_index(lemmatise: Lemmatise, language: str) -> Mapping[str, Sequence[tuple[Alias, tuple[frozenset[str], ...]]]]:
    """Return the Cyrillic aliases with the dictionary forms of their words, by each form of the first word."""
    index: dict[str, list[tuple[Alias, tuple[frozenset[str], ...]]]] = {}
    for aliases in _index().values():
        for alias in aliases:
            is_other = alias.languages and language not in alias.languages
            if is_other or alias.exact or not "\u0400" <= alias.words[0][:1] <= "\u04ff":
                continue
            written = tokenize(alias.text)
            # A name of one word is a dictionary form; an adjective in a longer one is not: Северная Корея.
            forms = tuple(frozenset(lemmatise(alias.text[word.start : word.end])) for word in written)
            forms = forms if len(forms) > 1 else (frozenset(alias.words),)
            for form in forms[0]:
                index.setdefault(form, []).append((alias, forms))
    return index


@cache
def _entry_by_alias() -> dict[tuple[str, ...], GazetteerEntry]:
    """Return the entries by folded alias. An alias that matches in any case takes precedence over an exact one."""
    in_any_case = {
        tokens(alias): entry for entry in load().values() for alias in (entry.name, *entry.aliases) if alias not in entry.exact
    }
    in_one_case = {tokens(alias): entry for entry in load().values() for alias in entry.exact}
    return {**in_one_case, **in_any_case}


@cache
def _entry_by_qid() -> Mapping[str, GazetteerEntry]:
    """Return the entries by Wikidata id; of two with one id, the first."""
    return {entry.qid: entry for entry in reversed(list(load().values())) if entry.qid}


@cache
def _index() -> dict[str, tuple[Alias, ...]]:
    """Return the aliases by their first word, the longest first."""
    index: dict[str, list[Alias]] = {}
    for entry in load().values():
        for text in dict.fromkeys((entry.name, *entry.aliases, *entry.exact)):
            words = tokens(text)
            # A trailing full stop, as in U.S., is not part of the last token.
            exact = text.rstrip(".") if text in entry.exact else None
            languages = (entry.languages or {}).get(text, frozenset())
            index.setdefault(words[0], []).append(Alias(words, entry.id, text, exact, languages, strict=entry.kind == "outlet"))
    return {first: tuple(sorted(aliases, key=lambda alias: -len(alias.words))) for first, aliases in index.items()}


def _parse(line: str) -> GazetteerEntry:
    ident, entry_type, kind, country, since, until, name, aliases, exact, qid = line.split("\t")
    marked = [tuple(alias.partition("@")[::2]) for alias in aliases.split("|") if alias]
    languages = {alias: frozenset(codes.split(",")) for alias, codes in marked if codes}
    exact_aliases = tuple(alias for alias in exact.split("|") if alias)
    listed = tuple(alias for alias, _ in marked)
    return GazetteerEntry(
        ident, _TYPES[entry_type], kind, country, since, until, name, listed, exact_aliases, qid, languages or None
    )


_TYPES: Mapping[str, EntryType] = {"person": "person", "org": "org", "place": "place", "event": "event"}
