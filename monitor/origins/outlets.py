"""Which names stand for one outlet or publisher: hosts, short names, and outlets of one house."""

from functools import cache, lru_cache

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
    one, other = outlet_key(first), outlet_key(second)
    if one == other:
        return True
    one_words, other_words = _words(one), _words(other)
    if not one_words or not other_words:
        return False
    if one_words == other_words:
        return True
    if "." in one or "." in other:
        if "." in one and "." in other:
            return False
        return _label(one, one_words) == _label(other, other_words) and len(_label(one, one_words)) >= MIN_LABEL
    shorter, longer = sorted((one_words, other_words), key=len)
    is_part = longer[: len(shorter)] == shorter or (len(shorter) > 1 and longer[-len(shorter) :] == shorter)
    return is_part and not vocabulary().outlet_names.issuperset(shorter)


def _words(key: str) -> tuple[str, ...]:
    """Return the words of a name that are not fillers."""
    return tuple(word for word in tokens(key) if word not in vocabulary().outlet_fillers)


def _label(key: str, own: tuple[str, ...]) -> str:
    """Return a host's own label, or the words of a name as a host writes them."""
    return key.split(".", maxsplit=1)[0].removeprefix("the").replace("-", "") if "." in key else "".join(own)
