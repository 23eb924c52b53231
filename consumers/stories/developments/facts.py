"""The facts of an article, sentence by sentence: numbers, days, names, steps and statements. Pure."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from consumers.stories.developments.days import Days, is_of_date, read_days
from consumers.stories.developments.numbers import Number, find_numbers
from consumers.stories.developments.sentence_words import Word, split_words, stem
from consumers.stories.developments.steps import Steps, find_steps
from monitor.messages import ArticleTopics, Claim, Entity, Span
from monitor.text.languages import DevelopmentWords, LanguagePack
from monitor.text.sentences import split_sentences

MAX_CHARS = 12_000
"""Code points of a text that are read."""
MAX_SENTENCES = 120
"""The most sentences that are read."""
MIN_WORD = 3
"""The fewest letters of a name, or of a word that tells what a sentence is about."""
MAX_BYLINE_WORDS = 3
"""The most words in lower case of a line that names the authors."""
OPENING = frozenset('"“”„«»(')
"""The signs after which a capital is no sign of a name."""
QUOTES = frozenset('"“”„«»')


class Name(NamedTuple):
    """A folded word that is a name by its capital. *is_pair* is set if another one is beside it."""

    text: str
    is_pair: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """The facts of a sentence: *at*, where it stands, its *numbers* but those of *days* and *years*, *names* and *steps*.

    *stems* are the beginnings of its words, and *content* those of them that tell what it is about. *is_background* is set if a
    word says that it tells what has long been so, *is_analysis* if it is what an analyst thinks.
    """

    at: Span
    numbers: tuple[Number, ...]
    years: tuple[int, ...]
    days: Days
    names: tuple[Name, ...]
    steps: tuple[Steps, ...]
    claims: tuple[Claim, ...]
    stems: frozenset[str]
    content: frozenset[str]
    is_background: bool
    is_analysis: bool


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """The facts of an article in a *language* that *appeared* on a day.

    *analysts* are the words of the names of analysts. *is_opinion* is set if the author gives an opinion.
    """

    sentences: tuple[Sentence, ...]
    language: str
    appeared: date
    entities: tuple[Entity, ...]
    analysts: frozenset[str]
    is_opinion: bool


def read_facts(message: ArticleTopics, text: str, language: LanguagePack, appeared: date) -> ArticleFacts:
    """Return the facts of the article of *message*. *text* has spaces in the place of what is not news."""
    title, lang = message.article.title, language.developments
    in_headline_case = language.names.is_headline_case(title)
    sentences = list[Sentence]()
    is_opinion = is_quoted = False
    for at in _spans(title, text):
        words = split_words((title if at.field == "title" else text)[at.start : at.end])
        if at.field == "text" and _is_byline(words, lang):
            continue
        claims = tuple(each for each in message.claims if each.cue.field == at.field and at.start <= each.cue.start < at.end)
        has_names = at.field == "text" or not in_headline_case
        sentences.append(_read_sentence(at, words, claims, language, appeared, has_names=has_names))
        if at.field == "text":
            opinion, is_quoted = _is_opinion(words, lang, is_quoted=is_quoted)
            is_opinion = is_opinion or opinion
    analysts = frozenset(name.text for each in sentences if each.is_analysis for name in each.names)
    return ArticleFacts(tuple(sentences), language.code, appeared, message.entities, analysts, is_opinion)


def _spans(title: str, text: str) -> Iterator[Span]:
    """Yield where the title and the sentences stand, without white space at their ends."""
    if title.strip():
        yield Span("title", 0, len(title.rstrip()))
    for number, (start, end) in enumerate(split_sentences(text[:MAX_CHARS])):
        if number == MAX_SENTENCES:
            return
        sentence = text[start:end]
        first = start + len(sentence) - len(sentence.lstrip())
        yield Span("text", first, first + len(sentence.strip()))


def _read_sentence(
    at: Span,
    words: Sequence[Word],
    claims: tuple[Claim, ...],
    language: LanguagePack,
    appeared: date,
    *,
    has_names: bool,
) -> Sentence:
    lang = language.developments
    found = list(find_numbers(words, lang))
    texts = {word.text for word in words}
    days = read_days(words, lang, appeared)
    return Sentence(
        at=at,
        numbers=tuple(each for each in found if not each.is_year(words) and not (days.places and is_of_date(each, days))),
        years=tuple(int(each.value) for each in found if each.is_year(words)),
        days=days,
        names=tuple(_names(words, lang, language.stopwords)) if has_names else (),
        steps=tuple(find_steps(words, lang)),
        claims=claims,
        stems=frozenset(stem(text) for text in texts if text.isalpha()),
        content=frozenset(stem(text) for text in texts if _is_content(text, lang, language.stopwords)),
        is_background=not lang.background.isdisjoint(texts),
        is_analysis=not lang.analysts.isdisjoint(texts),
    )


def _is_content(word: str, lang: DevelopmentWords, stopwords: AbstractSet[str]) -> bool:
    """Return whether *word* helps to tell what a sentence is about."""
    is_word = len(word) >= MIN_WORD and word.isalpha() and word not in stopwords
    return is_word and word not in lang.numbers and word not in lang.multipliers


def _names(words: Sequence[Word], lang: DevelopmentWords, stopwords: AbstractSet[str]) -> Iterator[Name]:
    """Yield the names of a sentence. Its first word is one only if another name follows."""
    capitals = [_is_name(word, lang, stopwords) for word in words]
    for place, word in enumerate(words):
        if not capitals[place]:
            continue
        is_before, is_after = place > 0 and capitals[place - 1], place + 1 < len(words) and capitals[place + 1]
        is_first = place == 0 or words[place - 1].raw in OPENING
        if (is_first and not is_after) or (lang.capitalises_nouns and not (is_before or is_after)):
            continue
        yield Name(word.text, is_pair=is_before or is_after)


def _is_name(word: Word, lang: DevelopmentWords, stopwords: AbstractSet[str]) -> bool:
    text = word.text
    if not word.is_capitalised or len(text) < MIN_WORD or text in stopwords or text in lang.peoples:
        return False
    return text not in lang.calendar.months and text not in lang.calendar.weekdays and text not in lang.numbers


def _is_byline(words: Sequence[Word], lang: DevelopmentWords) -> bool:
    """Return whether a line names the authors: By Ana Ruiz in Lomo."""
    if len(words) < 2 or words[0].text not in lang.bylines or not words[1].is_capitalised:  # noqa: PLR2004  (by, and a name)
        return False
    calendar = lang.calendar
    if words[1].text in calendar.months or words[1].text in calendar.weekdays:
        return False
    return sum(word.raw[0].islower() for word in words) <= MAX_BYLINE_WORDS


def _is_opinion(words: Sequence[Word], lang: DevelopmentWords, *, is_quoted: bool) -> tuple[bool, bool]:
    """Return whether the author speaks of himself, outside quotations, and whether a quotation goes on after the sentence."""
    is_opinion = False
    for word in words:
        if word.raw in QUOTES:
            is_quoted = not is_quoted
        elif not is_quoted and word.text in lang.self and (len(word.text) > 1 or word.raw.isupper()):
            is_opinion = True
    return is_opinion, is_quoted
