"""The function that finds names by rules, in the form of a model's."""

from consumers.entities.name_rules.lexicon import Lexicon, lexicon
from consumers.entities.name_rules.organisations import organisations
from consumers.entities.name_rules.persons import persons
from consumers.entities.name_rules.places import places
from consumers.entities.name_rules.uncased import uncased_organisations, uncased_persons
from consumers.entities.name_rules.words import split
from consumers.entities.ner import NerSpan, Recogniser, readable
from monitor.text.languages import LanguagePack
from monitor.text.languages.name_cues import NameCues

_PRECEDENCE = {"ORG": 0, "LOC": 1, "PER": 2}


def name_finder(language: LanguagePack, cues: NameCues) -> Recogniser:
    """Return the function that finds the names in each text in *language* by its *cues*."""
    known = lexicon(language, cues)
    return lambda texts: [find_names_by_rules(readable(text), known) for text in texts]


def find_names_by_rules(text: str, known: Lexicon) -> list[NerSpan]:
    """Return the names in *text*, in order. Of those that overlap the longest is kept."""
    words = split(text)
    found: list[NerSpan] = []
    if known.cues.has_capitals:
        found += [NerSpan(start, end, "ORG") for start, end in organisations(text, words, known)]
        named = {"PER": persons(words, known), "LOC": places(words, known)}
    else:
        named = {"PER": uncased_persons(words, known), "ORG": uncased_organisations(words, known), "LOC": places(words, known)}
    for label, ranges in named.items():
        found += [NerSpan(words[first].start, words[end - 1].end, label) for first, end in ranges]
    kept: list[NerSpan] = []
    taken = bytearray(len(text))
    for span in sorted(found, key=lambda each: (each.start - each.end, _PRECEDENCE[each.label], each.start)):
        # One that is kept is no shorter, so if it overlaps, it contains the first or the last code point.
        if not (taken[span.start] or taken[span.end - 1]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return sorted(kept)
