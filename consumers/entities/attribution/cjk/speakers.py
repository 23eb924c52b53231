"""Who a source is that is read letter by letter: a person or body by name, by role, or unnamed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from consumers.entities.attribution.cjk.passages import NamePlace, Passage
from consumers.entities.attribution.sources import MAX_WHO, Speaker
from consumers.entities.letter_names import MIN_SHORT
from consumers.entities.mentions import NAME_DOTS
from monitor.text import gazetteer

MAX_ANONYMITY = 60
"""The most letters before a source that are searched for the words that keep it unnamed."""
_LATIN_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][\w&.'-]{1,30}(?:\s[A-Z][\w&.'-]{0,30}){0,3}$", re.ASCII)
TITLES = ("title", "related")


@dataclass(slots=True)
class EarlierSources:
    """The sources of an article so far, to which pronouns and repeated roles refer."""

    person: Speaker | None = None
    speakers: list[Speaker] = field(default_factory=list)

    def add(self, speaker: Speaker) -> None:
        """Remember *speaker*."""
        self.speakers.append(speaker)
        if speaker.is_person:
            self.person = speaker


def identify(passage: Passage, start: int, end: int, low: int, earlier: EarlierSources) -> list[Speaker]:
    """Return the sources from *start* to *end*, in a sentence that begins at *low*; none if it can be no source."""
    parts = list(_parts(passage, start, end))
    if len(parts) > 1:
        several = [_named(passage, *part) for part in parts]
        if all(several):
            return [each for each in several if each]
    one = _named(passage, start, end) or _by_noun(passage, start, end, low, earlier)
    return [one] if one else []


def _parts(passage: Passage, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a source that names several."""
    for match in passage.rules.joint.finditer(passage.searched, start, end):
        if not passage.is_within_name(match.start()):
            yield start, match.start()
            start = match.end()
    yield start, end


def _named(passage: Passage, start: int, end: int) -> Speaker | None:
    """Return the source that is named, with an office beside the name or without; None if it is none."""
    if name := passage.name_ending(end):
        return _of_entity(passage, name, start, end) if name.start >= start else None
    ending = _ending(passage, start, end, *TITLES)
    if ending is None:
        return None
    for name in reversed(passage.names_within(start, end)):
        between = passage.searched[name.end : end]
        if name.entity.type == "person" and not _is_of_another(passage, name.end, ending) and not _is_joined(between):
            return _of_entity(passage, name, start, end)
    return None


def _is_joined(between: str) -> bool:
    """Return whether what is *between* a name and the end of a source is of somebody else: Vale's spokesman."""
    return bool(re.match("[のの的의]", between))


def _is_of_another(passage: Passage, start: int, ending: "re.Match[str]") -> bool:
    """Return whether the office at the end is of one who speaks for the person named before it: プーチン大統領報道官."""
    related = passage.rules.nouns.get("related")
    if related is None or not related.fullmatch(ending.group()):
        return False
    return _ending(passage, start, ending.start(), "title") is not None


def _of_entity(passage: Passage, name: NamePlace, start: int, end: int) -> Speaker | None:
    entity = name.entity
    before = passage.name_ending(name.start)
    is_of_country = before is not None and before.entity.country == entity.country
    if entity.kind == "body" and entity.country and start < name.start and not is_of_country:
        # The ministry of another country, which is not in the table.
        return Speaker("role", passage.text[start:end][:MAX_WHO], start, end)
    entry = gazetteer.load().get(entity.id)
    is_outlet = entry is not None and entry.kind == "outlet"
    who = entity.name[:MAX_WHO]
    return Speaker("named", who, start, end, entity.id, is_person=entity.type == "person", is_outlet=is_outlet)


def _ending(passage: Passage, start: int, end: int, *classes: str) -> "re.Match[str] | None":
    """Return the longest match of the nouns of *classes* that goes from *start* or later to *end*."""
    found = [
        match
        for name, pattern in passage.rules.nouns.items()
        if name in classes and (match := pattern.search(passage.searched, start, end))
    ]
    return min(found, key=lambda match: match.start(), default=None)


def _by_noun(passage: Passage, start: int, end: int, low: int, earlier: EarlierSources) -> Speaker | None:
    """Return the source that its last noun describes; None if that is no noun of a source."""
    text = passage.text[start:end][:MAX_WHO]
    searched, nouns = passage.searched[start:end], passage.rules.nouns
    if "pronoun" in nouns and nouns["pronoun"].fullmatch(searched):
        return replace(earlier.person, first=start, last=end) if earlier.person else Speaker("none", None, start, end)
    if name := _unknown_name(passage, start, end):
        return Speaker("named", name[:MAX_WHO], start, end, is_person=True)
    if passage.rules.again.match(passage.searched, start, end) and (known := _earlier_source(passage, start, end, earlier)):
        return replace(known, first=start, last=end)
    if known := next((each for each in reversed(earlier.speakers) if each.who and _is_short_form(text, each.who)), None):
        return replace(known, first=start, last=end)
    found = {name: match.start() for name, pattern in nouns.items() if (match := pattern.search(searched))}
    if not found:
        return _in_latin(passage, start, end)
    # Of 担当者 and 広報担当者 the longer noun says who it is.
    classes = {name for name, place in found.items() if place == min(found.values())}
    is_person = bool(classes & {"title", "related"})
    before = max(low, start - MAX_ANONYMITY)
    hides = bool(passage.anonymity.search(passage.text, before, end)) and bool(classes & {"title", "related", "people"})
    unnamed = "unnamed" in classes or hides
    return Speaker(
        "anonymous" if unnamed else "role",
        text,
        start,
        end,
        is_person=is_person,
        is_outlet=bool(classes & {"outlet", "document"}),
        is_nameless="people" in classes or unnamed,
        noun=text,
    )


def _unknown_name(passage: Passage, start: int, end: int) -> str:
    """Return the name beside an office, of somebody who is no entity; empty if there is none."""
    known = passage.rules.named.search(passage.searched[start:end])
    if not known or any(pattern.search(known["name"]) for pattern in passage.rules.nouns.values()):
        return ""
    return passage.text[start + known.start("name") : start + known.end("name")]


def _in_latin(passage: Passage, start: int, end: int) -> Speaker | None:
    """Return the source whose name is in Latin letters; None if there is none."""
    known = _LATIN_NAME.search(passage.text[start:end])
    return Speaker("named", known.group()[:MAX_WHO], start, end) if known else None


def _is_short_form(text: str, who: str) -> bool:
    """Return whether *text* is the last part of the name *who*, after a dot or a space."""
    return len(text) >= MIN_SHORT and who.endswith(text) and who[: -len(text)][-1:] in f"{NAME_DOTS} " and text != who


def _earlier_source(passage: Passage, start: int, end: int, earlier: EarlierSources) -> Speaker | None:
    """Return the source of before that a source such as "the said company" means; None if there is none."""
    again = passage.rules.again.match(passage.searched, start, end)
    noun = passage.text[again.end() if again else start : end].strip()
    return next((each for each in reversed(earlier.speakers) if noun and each.who and each.noun.endswith(noun)), None)
