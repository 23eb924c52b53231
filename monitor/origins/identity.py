"""One identity for each source: what its names, role or description have in common with those of others."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.messages import OriginName
from monitor.text import gazetteer
from monitor.text.tokens import tokens

MAX_CACHED = 4096
"""The most sources whose identities are remembered."""


def words(text: str) -> frozenset[str]:
    """Return the words of *text*."""
    return frozenset(text.split())


SEATS = frozenset({"org:kremlin", "org:white-house", "org:blue-house", "org:downing-street"})
"""Bodies that stand for their government, as its country and its capital do."""
SPEAKERS = words("spokesman spokeswoman spokesperson spokesmen spokeswomen spokespeople spokespersons")
"""Those who speak for the body that their role names."""
GROUPS = words(
    "source sources people official officials insider insiders authorities diplomat diplomats aide aides adviser "
    "advisers analyst analysts delegate delegates expert experts officer officers executive executives lawmaker "
    "lawmakers banker bankers"
)
"""People who are often left unnamed."""
STATE = words("ministry minister government army military force forces navy foreign")
"""Words of the bodies of a state, for which its name often stands."""
ANAPHORS = words(
    "club team company firm group bank airline carmaker maker operator retailer union party agency ministry department "
    "minister president mayor governor agent lawyer spokesman spokeswoman spokesperson chairman chairwoman chief boss coach "
    "magazine newspaper broadcaster council commission"
)
"""Words by which an article calls somebody whom it names elsewhere: 'the company'."""
HEARSAY = words("report reports rumour rumours rumor rumors media press newspapers")
"""What is told by nobody in particular."""
FILLERS = words(
    "a an the of for in at from with to and or who is was on by their his her its s another other some several many "
    "few two three four five six seven eight nine ten one dozen multiple both unnamed anonymous unidentified senior "
    "top high ranking level former familiar matter situation plans condition anonymity speaking said person close"
)
"""Words that tell no source from another."""
PEOPLES = {
    "american": "US", "british": "GB", "french": "FR", "german": "DE", "chinese": "CN", "japanese": "JP", "spanish": "ES",
    "dutch": "NL", "danish": "DK", "swedish": "SE", "turkish": "TR", "polish": "PL", "finnish": "FI", "greek": "GR",
    "irish": "IE", "swiss": "CH", "israeli": "IL", "iraqi": "IQ", "pakistani": "PK", "saudi": "SA", "qatari": "QA",
    "norwegian": "NO", "belgian": "BE", "portuguese": "PT", "thai": "TH", "filipino": "PH", "czech": "CZ", "egyptian": "EG",
    "canadian": "CA", "brazilian": "BR", "italian": "IT", "ukrainian": "UA", "hungarian": "HU", "argentine": "AR",
    "afghan": "AF", "lebanese": "LB", "vietnamese": "VN", "taiwanese": "TW", "yemeni": "YE", "omani": "OM", "kuwaiti": "KW",
}  # fmt: skip
"""Adjectives of countries that are not the country's name and an n."""
PREPOSITION = re.compile(r"\b(?:of|for|at|in|from|with|on)\b")
"""What separates the noun of a role from its body."""
MAX_PHRASE = 3
"""The most words of the name of a country in a description."""
MIN_PLURAL = 4
"""The shortest word that loses the s of a plural."""


class Identity(NamedTuple):
    """The *keys* of a source, of which one is enough to recognise it, and the *words* that describe it.

    *title* has those of a name and of its role, as a description has them, and *head* those before a preposition.
    """

    keys: frozenset[str]
    words: frozenset[str]
    title: frozenset[str] = frozenset()
    head: frozenset[str] = frozenset()


def identify(name: OriginName) -> Identity:
    """Return the identity of the source *name*."""
    return _identify(name.who or "", name.kind == "named", name.entity, name.role)


@lru_cache(MAX_CACHED)
def _identify(who: str, is_named: bool, entity: str | None, role: str | None) -> Identity:  # noqa: FBT001  (arguments of a cache)
    if not is_named:
        words = describe(who)
        body = _body_of(who)
        return Identity(frozenset({body} if body else {"described:" + " ".join(sorted(words))}), words)
    title = describe(f"{role or ''} {who}")
    key, is_person = _named_key(who, entity), (entity or "").startswith("person:")
    if key.startswith("name:") and not is_person:
        # A body is the same by its name and by a description: South Korea's foreign ministry.
        return Identity(frozenset({"described:" + " ".join(sorted(title))}), title, title, title)
    body = _body_of(role) if role else None
    if is_person and len(_plain(who)) == 1:
        # A body of one word may pass for a person.
        body = body or "described:" + " ".join(sorted(describe(who)))
    return Identity(
        frozenset({key, body} if body else {key}),
        describe(who),
        title,
        describe(f"{PREPOSITION.split(role or '')[0]} {who}"),
    )


def is_state(identity: Identity) -> bool:
    """Return whether a country stands for its government."""
    return any(key.startswith("state:") and key.removeprefix("state:") in identity.words for key in identity.keys)


def is_body(identity: Identity) -> bool:
    """Return whether *identity* is that of a description, and of no person or known name."""
    return any(key.startswith("described:") for key in identity.keys)


def is_group(who: str) -> bool:
    """Return whether *who* are people who are often left unnamed, such as officials, and no body."""
    words = tokens(who)
    return not SPEAKERS.intersection(words) and bool(GROUPS.intersection(words))


def is_hearsay(who: str) -> bool:
    """Return whether *who* are reports of nobody in particular."""
    return bool(HEARSAY.intersection(tokens(who)))


def is_own(who: str) -> bool:
    """Return whether *who* is somebody of the outlet itself: 'our correspondent'."""
    return tokens(who)[:1] in {("our",), ("my",)}


def is_speaker_alone(role: str) -> bool:
    """Return whether *role* is that of a spokesperson, without the body."""
    return bool(SPEAKERS.intersection(tokens(role))) and _body_of(role) is None


def _named_key(who: str, entity: str | None = None) -> str:
    entry = (gazetteer.load().get(entity) if entity else None) or gazetteer.resolve(who)
    if entry and (entry.kind in {"country", "capital"} or entry.id in SEATS):
        return f"state:{entry.country}"
    return f"id:{entry.id}" if entry else "name:" + " ".join(_plain(who))


def _body_of(role: str) -> str | None:
    """Return the key of the body for which a spokesperson speaks; None if *role* is another, or names no body."""
    words = tokens(role)
    if not SPEAKERS.intersection(words):
        return None
    rest = [word for word in words if word not in SPEAKERS and word not in FILLERS]
    if not rest:
        return None
    found = _named_key(" ".join(rest))
    return found if not found.startswith("name:") else "described:" + " ".join(sorted(describe(" ".join(rest))))


def _plain(who: str) -> Sequence[str]:
    return [word for word in tokens(who) if word not in {"the", "a", "an", "s"}]


def describe(who: str) -> frozenset[str]:
    """Return the words that matter of a description, with countries by their code, and without numbers and plurals."""
    words, found, position = tokens(who), set[str](), 0
    while position < len(words):
        length, code = _country(words[position : position + MAX_PHRASE])
        if code:
            found.add(code)
        elif words[position] not in FILLERS and not words[position].isdigit():
            found.add(_singular(words[position]))
        position += length
    return frozenset(found)


def _country(words: Sequence[str]) -> tuple[int, str | None]:
    """Return how many of *words* name a country, its capital or its people, and its code; one and None if none do."""
    for length in range(len(words), 0, -1):
        phrase = " ".join(words[:length])
        if phrase in PEOPLES:
            return length, PEOPLES[phrase]
        if phrase in {"u s", "us"}:
            return length, "US"
        for name in (phrase, phrase.removesuffix("n") if len(phrase) > MIN_PLURAL else phrase):
            if (entry := gazetteer.resolve(name, "place")) and entry.kind in {"country", "capital"}:
                return length, entry.country
    return 1, None


def _singular(word: str) -> str:
    return word[:-1] if len(word) > MIN_PLURAL and word.endswith("s") and not word.endswith("ss") else word
