"""Where the source of a cue stands in a sentence that is read letter by letter. Each search is bounded."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from consumers.entities.attribution.cjk.passages import HIDDEN, Passage
from consumers.entities.attribution.cjk.speakers import EarlierSources, identify
from consumers.entities.attribution.sources import Speaker

MAX_PHRASE = 48
"""The most letters of a source."""
MAX_BRACKET = 24
"""The most letters of what is in brackets after a name."""
MAX_CANDIDATES = 6
"""The most subjects of each kind that are looked at for a cue: the first, and the last."""
MAX_LEADING = 3
"""How many expressions may stand before a source in its group: on Monday, an unnamed."""
BOUNDARIES = f",，;；:：。！？!?…—()（）[]【】\n{HIDDEN}"
"""What ends a clause."""
_SPACE = " \u3000"


class Subject(NamedTuple):
    """The *speakers* of a cue. Their words begin at *after*; *is_last* is whether nothing else stands before the cue."""

    speakers: Sequence[Speaker]
    start: int
    after: int
    is_last: bool = False


def trimmed(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Return the start and end of a source without what is no part of it on either side; start is end if nothing is left."""
    searched, rules = passage.searched, passage.rules
    start, end = _without_space(searched, start, before_bracket(searched, start, end))
    for _ in range(MAX_LEADING):
        found = rules.leading.match(searched, start, end)
        if not found or found.end() == start or passage.is_within_name(found.end()):
            break
        start, end = _without_space(searched, found.end(), end)
    for match in rules.adverbial.finditer(searched, min(start + 1, end), end):
        if not passage.is_within_name(match.start()):
            end = match.start()
            break
    return _without_space(searched, start, end)


def before_bracket(searched: str, start: int, end: int) -> int:
    """Return the end of what is before the bracket that ends at *end*: 世界保健機関 (WHO); *end* if there is none."""
    if end > start and searched[end - 1] in ")）":
        first = max(start, end - MAX_BRACKET)
        opening = max(searched.rfind("(", first, end), searched.rfind("（", first, end))
        return opening if opening >= 0 else end
    return end


def _without_space(searched: str, start: int, end: int) -> tuple[int, int]:
    while start < end and searched[start] in _SPACE:
        start += 1
    while start < end and searched[end - 1] in _SPACE:
        end -= 1
    return start, end


def phrase_ending(passage: Passage, low: int, end: int) -> tuple[int, int]:
    """Return the start and end of the noun group that ends at *end*, in a sentence that begins at *low*."""
    end = before_bracket(passage.searched, low, end)
    match = passage.rules.phrase.search(passage.searched, max(low, end - MAX_PHRASE), end)
    if not match:
        return end, end
    start = match.start()
    # The last letter of a foreign name may look like a particle: 바르니에.
    name = passage.name_ending(start - 1) if start and passage.searched[start - 1] == " " else None
    return trimmed(passage, name.start if name and name.start >= low and name.entity.type == "person" else start, end)


def clause_start(searched: str, floor: int, end: int) -> int:
    """Return the start of the clause before *end*, at *floor* or later, and not farther than a source is long."""
    first = max(floor, end - MAX_PHRASE)
    return max([first, *(1 + searched.rfind(sign, first, end) for sign in BOUNDARIES)])


def of_clause(passage: Passage, low: int, floor: int, start: int, earlier: EarlierSources) -> Subject | None:
    """Return the subject at the beginning of the clause of a cue at *start*, after *floor* in a sentence from *low*."""
    first = clause_start(passage.searched, floor, before_bracket(passage.searched, floor, start))
    begin, end = trimmed(passage, first, start)
    if begin == end:
        return None
    speakers = identify(passage, begin, end, low, earlier)
    return Subject(speakers, begin, start, is_last=True) if speakers else None


def of_sentence(passage: Passage, low: int, high: int, earlier: EarlierSources) -> Subject | None:
    """Return the person with whom the sentence from *low* to *high* begins: Vale met the mayor, and said that ..."""
    end = next((place for place in range(low, min(high, low + MAX_PHRASE)) if passage.searched[place] in BOUNDARIES), high)
    begin, end = trimmed(passage, low, min(end, low + MAX_PHRASE))
    speakers = identify(passage, begin, end, low, earlier) if begin < end else []
    return Subject(speakers, begin, end) if speakers and speakers[0].is_person else None


def marked(passage: Passage, low: int, start: int, earlier: EarlierSources, *, floor: int, is_nested: bool) -> Subject | None:
    """Return the subject that a particle marks before a cue at *start*: the nearest if the cue *is_nested* in others' words."""
    strong = list(_candidates(passage, passage.rules.subject, low, floor, start, earlier))
    weak = list(_candidates(passage, passage.rules.weak_subject, low, floor, start, earlier))
    both = sorted((*strong, *weak), key=lambda found: found.after)
    if both and both[-1].is_last:
        return both[-1]
    if is_nested and both:
        return (weak or strong)[-1]
    if weak and (not strong or (weak[0].start == low and weak[0].start < strong[0].start)):
        return weak[0]
    return strong[0] if strong else None


def _candidates(
    passage: Passage,
    marker: re.Pattern[str] | None,
    low: int,
    floor: int,
    start: int,
    earlier: EarlierSources,
) -> Iterator[Subject]:
    """Yield the sources before *marker* from *floor* to *start*."""
    matches = list(marker.finditer(passage.searched, floor, start)) if marker else []
    if len(matches) > 2 * MAX_CANDIDATES:
        matches = matches[:MAX_CANDIDATES] + matches[-MAX_CANDIDATES:]
    for match in matches:
        if passage.is_within_name(match.start()) or passage.is_within_name(match.end()):
            continue
        begin, end = phrase_ending(passage, floor, match.start())
        speakers = identify(passage, begin, end, low, earlier) if begin < end else []
        if speakers:
            between = passage.searched[match.end() : start].strip("、, \u3000")
            yield Subject(speakers, begin, match.end(), is_last=not between)
