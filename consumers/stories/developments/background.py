"""What tells in a sentence that it is background or opinion: a past year, an analyst, the author himself, and quotes. Pure."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from consumers.stories.developments.days import NO_DAYS
from consumers.stories.developments.facts import ArticleFacts, Sentence
from consumers.stories.developments.known import YEAR
from consumers.stories.developments.sentence_words import May, Word
from consumers.stories.developments.weights import HAPPENS, MANY, MOSTLY_QUOTED, MOSTLY_QUOTES, PARTLY_QUOTED
from monitor.messages import Claim
from monitor.text.languages import DevelopmentWords
from monitor.text.tokens import tokens

LABEL = re.compile(r"[^\W\d]+(?= ?[:|])")
"""One word before a colon or a bar, at the start of a title."""
MAX_TO_VERB = 6
"""The most words between the name of who thinks something, and the verb of it."""
MAX_BEFORE_ANALYST = 2
"""The words of a source among which an analyst is one: of a committee of experts, the committee speaks."""


class Quotes(NamedTuple):
    """The share of the words of a sentence that are quoted, their places, and whether its author speaks to the readers."""

    share: float
    places: Collection[int]
    speaks_to_readers: bool


def announces_background(article: ArticleFacts) -> bool:
    """Return whether the title of *article* announces background, or how people take the news: why a bridge falls."""
    lang = article.language.developments
    titled = [word.text for each in article.sentences[:1] if each.at.field == "title" for word in each.words]
    return not lang.explainers.isdisjoint(titled[:1]) or not lang.moods.isdisjoint(titled)


def is_background(article: ArticleFacts, place: int, known: Collection[str], *, is_below: bool, is_said: bool) -> bool:
    """Return whether a sentence tells of what is always so, or of a past year that the story with the *known* facts does not.

    *is_below* is set below the first sentence of the text, and *is_said* if the sentence tells who says it.
    """
    sentence, last = article.sentences[place], article.appeared.year - 1
    if sentence.may & May.BACKGROUND:
        return True
    if is_below and tells_past_year(sentence, article.language.developments):
        return True
    is_past = is_below and sentence.days is NO_DAYS and not is_said
    return any(year < last and (is_past or f"{YEAR}{year}" not in known) for year in sentence.years)


def tells_past_year(sentence: Sentence, lang: DevelopmentWords) -> bool:
    """Return whether a sentence tells of last year, or of what was years ago."""
    if not sentence.may & May.PAST:
        return False
    texts = [word.text for word in sentence.words]
    if not lang.past.isdisjoint(texts) or not lang.past.isdisjoint(map(" ".join, pairwise(texts))):
        return True
    return not lang.ago.isdisjoint(texts) and any(number.counts_years for number in sentence.numbers)


def is_analysis(words: Sequence[Word], claims: Sequence[Claim], lang: DevelopmentWords) -> bool:
    """Return whether an analyst speaks, or is named: the economist Ana Ruiz."""
    if any(each.who and not lang.analysts.isdisjoint(tokens(each.who)[:MAX_BEFORE_ANALYST]) for each in claims):
        return True
    places = [place for place, word in enumerate(words) if word.may & May.ANALYST]
    return any(word.may & May.CAPITAL for place in places for word in words[place + 1 : place + 3])


def tells_event(words: Sequence[Word], lang: DevelopmentWords) -> bool:
    """Return whether *words* tell what has changed (now), or have a verb of an event. After an article it is an adjective."""
    return any(word.text in lang.now for word in words) or any(
        word.may & HAPPENS and not before.may & May.ARTICLE for before, word in pairwise([words[0], *words])
    )


def is_column(title: str, lang: DevelopmentWords) -> bool:
    """Return whether *title* has the label of what its author thinks: "Opinion: A fair price"."""
    label = LABEL.match(title)
    return label is not None and not lang.columns.isdisjoint(tokens(label[0]))


def thinks(words: Sequence[Word], quotes: Quotes, names: Collection[str], lang: DevelopmentWords) -> bool:
    """Return whether those with the new *names* in a sentence say what they think, or feel: next to a verb of it, or quoted."""
    outside = [(place, word.text) for place, word in enumerate(words) if place not in quotes.places]
    verbs = [place for place, text in outside if text in lang.opinions]
    named = [place for place, text in outside if text in names]
    if not verbs or quotes.share >= MOSTLY_QUOTED:
        return bool(verbs)
    return all(min(abs(place - verb) for verb in verbs) <= MAX_TO_VERB for place in named)


def is_round_of_opinions(
    sentences: Sequence[Sentence], quotes: Sequence[Quotes], names: Sequence[Collection[str]], lang: DevelopmentWords
) -> bool:
    """Return whether an article gives the opinions of many, or speaks to its readers. *names* are the new ones by sentence."""
    below = [place for place, each in enumerate(sentences) if each.at.field == "text"]
    quoted = [place for place in below if quotes[place].share >= PARTLY_QUOTED]
    opinions = [
        place
        for place in below
        if names[place] and (place in quoted or thinks(sentences[place].words, quotes[place], names[place], lang))
    ]
    to_readers = sum(quotes[place].speaks_to_readers for place in below)
    return max(to_readers, len(opinions)) >= MANY or len(quoted) >= max(MANY, MOSTLY_QUOTES * len(below))


def read_quotes(sentences: Sequence[Sentence]) -> list[Quotes]:
    """Return what of each sentence is quoted."""
    is_quoted, found = False, list[Quotes]()
    for sentence in sentences:
        if not sentence.may & (May.QUOTE | May.ADDRESS):
            places = range(len(sentence.words) if is_quoted else 0)
            found.append(Quotes(float(is_quoted), places, speaks_to_readers=False))
            continue
        inside, outside, may = set[int](), 0, 0
        for place, word in enumerate(sentence.words):
            if word.may & May.QUOTE:
                is_quoted = not is_quoted
            elif is_quoted:
                inside.add(place)
            else:
                outside += 1
                may |= word.may
        share = len(inside) / max(1, len(inside) + outside)
        found.append(Quotes(share, inside, speaks_to_readers=bool(may & May.ADDRESS)))
    return found


def gives_opinion(sentences: Sequence[Sentence]) -> bool:
    """Return whether the author of these *sentences* speaks of himself, outside quotations."""
    if not any(each.may & May.SELF for each in sentences):
        return False
    quotes = read_quotes(sentences)
    return any(
        word.may & May.SELF and place not in quoted.places
        for sentence, quoted in zip(sentences, quotes, strict=True)
        for place, word in enumerate(sentence.words)
    )
