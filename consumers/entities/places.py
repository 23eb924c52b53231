"""Places that share a name: Georgia is a country and a state, and there are two Congos. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from consumers.entities.mentions import Field, Mention
from monitor.messages import Refusal
from monitor.text import gazetteer
from monitor.text.languages import NameRules, Namesake, SharedName

MAX_CHARS = 40_000
"""The most code points that are searched for what shows a place."""
MAX_MATCHES = 200
CLEAR = 2
"""A place is meant if this many times as much shows it as any other of its name."""
REGIONS = frozenset({"region", "city", "town"})


def split_places(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions*, in which a name of several places has the entry of the one that the article means.

    That is the one for which most in the article speaks. If it is not clear, the mention has the default entry of the name, or
    none.
    """
    result = list(mentions)
    for shared in rules.shared_names:
        if any(_has_name(mention, shared) for mention in mentions):
            meant = _meant(shared, mentions, texts)
            result = [_as_meant(each, shared, meant) if _has_name(each, shared) else each for each in result]
    return result


def _has_name(mention: Mention, shared: SharedName) -> bool:
    return mention.type == "place" and mention.words == shared.words


def _meant(shared: SharedName, mentions: Sequence[Mention], texts: Mapping[Field, str]) -> str | None:
    """Return the entry that *shared* means; None if it is not clear and there is no default."""
    counts = sorted((_evidence(each, mentions, texts), each.entry) for each in shared.namesakes)
    (second, _), (first, entry) = counts[-2:]
    return entry if first and first >= CLEAR * second else shared.default


def _evidence(namesake: Namesake, mentions: Sequence[Mention], texts: Mapping[Field, str]) -> int:
    """Return how many different names and words speak for *namesake*."""
    if namesake.needs and not any(namesake.needs.search(text, 0, MAX_CHARS) for text in texts.values()):
        return 0
    words = {
        match.group().casefold()
        for text in texts.values()
        for match in islice(namesake.words.finditer(text, 0, MAX_CHARS), MAX_MATCHES)
    }
    named = {each.entry.id: each.entry for each in mentions if each.entry}
    known = {
        entry.name.casefold()
        for entry in named.values()
        if entry.id != namesake.entry
        and (entry.country in namesake.countries or (entry.country in namesake.regions_of and entry.kind in REGIONS))
    }
    return len(words | known)


def _as_meant(mention: Mention, shared: SharedName, meant: str | None) -> Mention:
    """Return *mention* with the entry *meant*, and as *refused* the entry that its name has otherwise."""
    default = shared.default or " ".join(shared.words)
    before = mention.entry or gazetteer.resolve(default, "place")
    entry = gazetteer.load().get(meant) if meant else None
    if before is None or (entry and entry.id == before.id):
        return replace(mention, entry=entry)
    return replace(mention, entry=entry, refused=Refusal(before.id, before.name, "place" if entry else "unclear"))
