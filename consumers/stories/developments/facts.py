"""The facts of an article, sentence by sentence: numbers, days and steps. Pure.

What only the comparison with a story needs, such as names, is not read here: most stories have one article.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from consumers.stories.developments.days import NO_DAYS, Days, is_of_date, read_days
from consumers.stories.developments.numbers import Number, find_numbers
from consumers.stories.developments.sentence_words import May, Word, lexicon, split_words
from consumers.stories.developments.steps import Steps, find_steps
from monitor.messages import Claim, Span, Stance
from monitor.text.languages import DevelopmentWords, LanguagePack
from monitor.text.sentences import split_sentences

MAX_CHARS = 5_000
"""Code points of a text that are read."""
MAX_WITH_STEPS = 10
"""The sentences in which it is read whether a step is taken or planned: further below, steps are background."""
MAX_SENTENCES = 80
"""The most sentences that are read."""
VERDICTS: frozenset[Stance] = frozenset({"denied", "confirmed", "corrected"})
"""The stances that are facts of their own."""
OPENING = "“„«([\u2018"
"""Signs that begin what the next sentence says, if they stand at the end of one."""
MAX_BEFORE_BY = 2
"""The most words before that which begins the names of the authors: additional reporting by."""


@dataclass(frozen=True, slots=True)
class Sentence:
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
    """The facts of an article in a *language* that *appeared* on a day. *verdicts* are stances of its claims that matter."""

    sentences: tuple[Sentence, ...]
    language: LanguagePack
    appeared: date
    verdicts: tuple[Stance, ...]


def read_facts(title: str, text: str, claims: Sequence[Claim], language: LanguagePack, appeared: date) -> ArticleFacts:
    """Return the facts of an article with *claims*. *text* has spaces in the place of what is not news."""
    lang, known, sentences = language.developments, lexicon(language.code), list[Sentence]()
    for at in _spans(title, text):
        words = split_words((title if at.field == "title" else text)[at.start : at.end], known)
        if at.field == "title" or not _is_byline(words, lang):
            sentences.append(_read_sentence(at, words, lang, appeared, has_steps=len(sentences) <= MAX_WITH_STEPS))
    verdicts = dict.fromkeys(each.stance for each in claims if each.stance in VERDICTS)
    return ArticleFacts(tuple(sentences), language, appeared, tuple(verdicts))


def _spans(title: str, text: str) -> Iterator[Span]:
    """Yield where the title and the sentences stand, without white space at their ends."""
    if title.strip():
        yield Span("title", 0, len(title.rstrip()))
    for number, (start, end) in enumerate(split_sentences(text[:MAX_CHARS])):
        if number == MAX_SENTENCES:
            return
        sentence = text[start:end]
        first = start + len(sentence) - len(sentence.lstrip())
        yield Span("text", first, start + len(sentence.rstrip().rstrip(OPENING).rstrip()))


def _read_sentence(at: Span, words: Sequence[Word], lang: DevelopmentWords, appeared: date, *, has_steps: bool) -> Sentence:
    may = 0
    for word in words:
        may |= word.may
    steps = tuple(find_steps(words, lang)) if has_steps and may & May.STEP else ()
    days = read_days(words, lang, appeared) if may & May.DAY else NO_DAYS
    if not may & May.NUMBER:
        return Sentence(at, words, may, (), (), days, steps)
    found = list(find_numbers(words, lang))
    years = tuple([int(each.value) for each in found if each.is_year(words)])
    numbers = tuple([each for each in found if not each.is_year(words) and not (days.places and is_of_date(each, days))])
    return Sentence(at, words, may, numbers, years, days, steps)


def _is_byline(words: Sequence[Word], lang: DevelopmentWords) -> bool:
    """Return whether a line names the authors: By Ana Ruiz in Lomo, Editing by Sam Orrin."""
    places = [place for place, word in enumerate(words[: MAX_BEFORE_BY + 1]) if word.text in lang.bylines]
    if not places or len(words) < places[0] + 2 or not words[places[0] + 1].may & May.NAME:
        return False
    return 2 * sum(bool(word.may & May.LOWER) for word in words) <= len(words)
