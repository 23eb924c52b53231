"""Which names stand for one outlet or publisher: hosts, short names, and outlets of one house."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from monitor.origins.descriptions import MAX_CACHED
from monitor.origins.vocabulary import vocabulary
from monitor.text import gazetteer
from monitor.text.tokens import tokens

HOUSES = (
    ("Reuters", "Thomson Reuters", "reuters.com"),
    ("Associated Press", "AP News", "apnews.com"),
    ("Agence France-Presse", "afp.com", "France-Presse"),
    ("dpa", "dpa-international.com", "Deutsche Presse-Agentur"),
    ("BBC", "BBC News", "BBC World Service", "bbc.co.uk", "bbc.com"),
    ("The Guardian", "The Observer", "theguardian.com"),
    ("The Times of London", "The Sunday Times", "thetimes.com", "thetimes.co.uk"),
    ("The Daily Telegraph", "The Sunday Telegraph", "telegraph.co.uk"),
    ("Financial Times", "ft.com"),
    ("The New York Times", "nytimes.com"),
    ("The Wall Street Journal", "wsj.com"),
    ("The Washington Post", "washingtonpost.com"),
    ("CNN", "cnn.com", "CNN International"),
    ("NBC News", "MSNBC", "nbcnews.com"),
    ("CBS News", "cbsnews.com"),
    ("ABC News", "abcnews.go.com"),
    ("Yonhap", "yna.co.kr", "Yonhap News TV"),
    ("Kyodo", "kyodonews.net", "Kyodo News"),
    ("Nikkei", "Nikkei Asia", "nikkei.com"),
    ("Xinhua", "xinhuanet.com", "news.cn"),
    ("TASS", "tass.com", "tass.ru"),
    ("Interfax", "interfax.ru", "interfax.com"),
    ("RIA Novosti", "ria.ru", "Sputnik"),
    ("Deutsche Welle", "dw.com"),
    ("Al Jazeera", "aljazeera.com", "Al Jazeera English"),
    ("Agencia EFE", "efe.com"),
    ("ANSA", "ansa.it"),
)
"""Names of one agency or publisher. What one of them cites of another is not a second source."""
SUFFIXES = frozenset({"co", "com", "org", "net", "ac", "gov"})
"""Second-level domains under which names are registered."""
MAX_WORDS = 30
"""The most words of a name that tell it from another."""
MIN_LABEL = 4
"""The shortest name of a host that stands for a name in words."""


@cache
def _houses() -> dict[str, str]:
    return {_plain(name): house[0] for house in HOUSES for name in house}


def _plain(name: str) -> str:
    return " ".join(tokens(name))


@lru_cache(MAX_CACHED)
def outlet_key(name: str) -> str:
    """Return the text that is the same for all names of one outlet or publisher that the tables know."""
    name = name.strip().casefold().removeprefix("www.")
    if house := _houses().get(_plain(name)):
        return house
    if (entry := gazetteer.resolve(name, "org")) and entry.kind == "outlet":
        return _houses().get(_plain(entry.name), entry.name)
    if "." in name and " " not in name:
        labels = name.split(".")
        depth = 3 if labels[2:] and labels[-2] in SUFFIXES else 2
        registered = ".".join(labels[-depth:])
        return _houses().get(_plain(registered), registered)
    return _plain(name)


@lru_cache(MAX_CACHED)
def same_outlet(first: str, second: str) -> bool:
    """Return whether two names stand for one outlet: equal, one the beginning or end of the other, or a host of the words."""
    return second in Outlets((first,))


class Outlets:
    """Names of outlets. ``name in outlets`` is whether *name* and one of them stand for one outlet, as in same_outlet().

    The time does not grow with the number of names: a story may have hundreds of sources, each with an outlet that is cited.
    """

    def __init__(self, names: Iterable[str]) -> None:
        known = [_outlet(name) for name in dict.fromkeys(names)]
        self.keys = {each.key for each in known}
        self._words = {each.words for each in known}
        self._names = {each.words for each in known if not each.is_host}
        self._short = {each.words[place:] for each in known for place in range(1, len(each.words))}
        self._parts = {part for each in known for part in each.parts}
        self._labels = {is_host: {each.label for each in known if each.is_host == is_host} for is_host in (False, True)}

    def has_short(self, name: str) -> bool:
        """Return whether *name* is only a word of many outlets' names, and one of these outlets has it: the Journal."""
        own = _outlet(name)
        return bool(own.words) and vocabulary().outlet_names.issuperset(own.words) and own.words in self._short

    def __contains__(self, name: str) -> bool:
        own = _outlet(name)
        if own.key in self.keys:
            return True
        if not own.words:
            return False
        has_label = len(own.label) >= MIN_LABEL and own.label in self._labels[not own.is_host]
        is_part = not own.is_host and (own.words in self._parts or not own.parts.isdisjoint(self._names))
        return own.words in self._words or has_label or is_part


class _Outlet(NamedTuple):
    """The *words* of a name that are not fillers, and the *parts* of them that may stand for the name."""

    key: str
    words: tuple[str, ...]
    label: str
    parts: frozenset[tuple[str, ...]]
    is_host: bool


@lru_cache(MAX_CACHED)
def _outlet(name: str) -> _Outlet:
    key = outlet_key(name)
    words = tuple(word for word in tokens(key) if word not in vocabulary().outlet_fillers)[:MAX_WORDS]
    is_host = "." in key
    parts = {words[:end] for end in range(1, len(words))} | {words[start:] for start in range(1, len(words) - 1)}
    may_stand = frozenset(part for part in parts if not vocabulary().outlet_names.issuperset(part))
    return _Outlet(key, words, _label(key, words) if words else "", frozenset() if is_host else may_stand, is_host)


def _label(key: str, own: tuple[str, ...]) -> str:
    """Return a host's own label, or the words of a name as a host writes them."""
    if "." not in key:
        return "".join(own)
    label = key.split(".", maxsplit=1)[0]
    article = next(filter(label.startswith, vocabulary().host_articles), "")
    return label.removeprefix(article).replace("-", "")
