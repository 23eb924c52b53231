"""The facts of an article, sentence by sentence: numbers, days and steps. Pure.

What only the comparison with a story needs, such as names, is not read here: most stories have one article.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import attrgetter, or_
from typing import NamedTuple

from consumers.stories.developments import labels
from consumers.stories.developments.days import NO_DAYS, Days, is_of_date, read_days
from consumers.stories.developments.numbers import Number, find_numbers
from consumers.stories.developments.sentence_words import MIN_WORD, Lexicon, May, Word, lexicon, split_words
from consumers.stories.developments.spans import MAX_TITLE, sentence_spans
from consumers.stories.developments.steps import Steps, find_steps
from monitor.messages import Claim, Span, Stance
from monitor.text.languages import DevelopmentWords, LanguagePack
from monitor.text.tokens import tokens

MAX_WITH_STEPS = 11
"""The sentences, with the title, in which it is read whether a step is taken or planned: further below, all is background."""
VERDICTS: frozenset[Stance] = frozenset({"denied", "confirmed", "corrected"})
"""The stances that are facts of their own."""
QUESTION_MARKS, AFTER_QUESTION = ("?", "？", "؟"), "\"'”’»)"
MAY_OF = attrgetter("may")


class Sentence(NamedTuple):
    """A sentence: where it stands, its words, what they *may* be together, and its facts.

    *numbers* are no part of *days* and no *years*.
    """

    at: Span
    words: Sequence[Word]
    may: int
    numbers: tuple[Number, ...]
    years: tuple[int, ...]
    days: Days
    steps: tuple[Steps, ...]


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """The facts of an article in a *language* that *appeared* on a day, with its *verdicts*: their
    stances, alone and with each word of their sources. *labels* are the words of its lines that are no sentences.
    """

    sentences: tuple[Sentence, ...]
    labels: tuple[Word, ...]
    language: LanguagePack
    appeared: date
    verdicts: tuple[str, ...]


def read_facts(title: str, text: str, claims: Sequence[Claim], language: LanguagePack, appeared: date) -> ArticleFacts:
    """Return the facts of an article with *claims*. *text* has spaces in the place of what is not news."""
    lang, known, sentences, lines = language.developments, lexicon(language.code), list[Sentence](), list[Sentence]()
    title = title[: _title_end(title, known)]
    for at in sentence_spans(title, text):
        sentence = (title if at.field == "title" else text)[at.start : at.end]
        words = split_words(sentence, known)
        may = May.QUESTION if sentence.rstrip(AFTER_QUESTION).endswith(QUESTION_MARKS) else 0
        may = reduce(or_, map(MAY_OF, words), may)
        read = _read_sentence(at, words, may, lang, appeared, has_steps=len(sentences) < MAX_WITH_STEPS)
        is_label = at.field == "text" and labels.is_label(sentence, words, read.numbers, may, lang)
        (lines if is_label else sentences).append(read)
    if all(each.at.field == "title" for each in sentences):
        # All that the text tells is in such lines.
        sentences, lines = [*sentences, *lines], []
    verdicts = dict.fromkeys(name for each in claims if each.stance in VERDICTS for name in (each.stance, *verdict_words(each)))
    words_of_labels = tuple(word for line in lines for word in line.words)
    return ArticleFacts(tuple(sentences), words_of_labels, language, appeared, tuple(verdicts))


def _title_end(title: str, known: Lexicon) -> int:
    """Return where *title* ends without the name of the outlet."""
    tail = title[:MAX_TITLE].rpartition(labels.BAR)[2]
    return labels.title_end(title[:MAX_TITLE], split_words(tail, known))


def verdict_words(claim: Claim) -> Iterator[str]:
    """Yield the stance of *claim* with each word of who takes it."""
    return (f"{claim.stance} {word}" for word in tokens(claim.who or "") if len(word) >= MIN_WORD)


def _read_sentence(
    at: Span, words: Sequence[Word], may: int, lang: DevelopmentWords, appeared: date, *, has_steps: bool
) -> Sentence:
    steps = tuple(find_steps(words, lang, is_title=at.field == "title")) if has_steps and may & May.STEP else ()
    days = read_days(words, lang, appeared) if may & May.DAY else NO_DAYS
    if not (may & May.NUMBER or (may & May.ARTICLE and may & May.UNIT)):
        return Sentence(at, words, may, (), (), days, steps)
    numbers, years = list[Number](), list[int]()
    for number in find_numbers(words, may, lang):
        if number.is_year(words):
            years.append(int(number.value))
        elif not (days.places and is_of_date(number, days)):
            numbers.append(number)
    return Sentence(at, words, may, tuple(numbers), tuple(years), days, steps)


def claims_by_sentence(claims: Sequence[Claim], article: ArticleFacts) -> Mapping[int, Sequence[Claim]]:
    """Return *claims* by the number of the sentence in which their words stand."""
    starts = [(each.at.field == "text", each.at.start) for each in article.sentences]
    found: dict[int, list[Claim]] = {}
    for claim in claims:
        place = bisect_right(starts, (claim.cue.field == "text", claim.cue.start)) - 1
        if place >= 0 and article.sentences[place].at.field == claim.cue.field:
            found.setdefault(place, []).append(claim)
    return found
