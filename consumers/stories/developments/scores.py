"""Which sentences of an article tell what its story does not know: a score for each, from what is new in it. Pure.

A new number, date, name or verdict of a source is enough by itself. A step needs other signs, such as its place at the top of
the article, since many words tell the same step. What has long been so, and what an analyst thinks, counts for nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from consumers.stories.developments.days import month_of
from consumers.stories.developments.facts import ArticleFacts, Name, Sentence
from consumers.stories.developments.known import DATE, DONE, LANGUAGE, MONTH, STANCE, STEP, VERDICTS, YEAR, KnownFacts
from consumers.stories.developments.rounding import is_known
from consumers.stories.developments.sentence_words import stem
from consumers.stories.developments.steps import DECISIONS, DECISIVE, Steps
from monitor.messages import Development, DevelopmentKind, EntityType
from monitor.text.tokens import tokens

MAX_DEVELOPMENTS = 3
MAX_WORDS_CHARS = 300
THRESHOLD = 1.0
"""The score from which a sentence is a development."""
NUMBER = FULL_NAME = DATE_NAMED = VERDICT = 1.0
"""A new number, a new name of two words, a new date, and a denial or confirmation where the story had none."""
MONTH_NAMED, DAY_NAMED, SINGLE_NAME, SOURCE = 0.7, 0.4, 0.3, 0.3
"""A month to come or a later year, a weekday, a name of one word, and a source that is not known."""
TAKEN_AT_TOP, TAKEN_BELOW = 0.5, 0.2
"""A decisive step that the story does not know as taken, in the title or first sentence, or further below."""
UNHEARD_TAKEN = UNHEARD_AT_TOP = 0.3
"""What is added if the story did not even speak of the step; and the weight of one that is not told by a verb, at the top."""
OTHER_STEP, PLANNED_STEP, NEW_WORDS, LATER_DAY = 0.15, 0.1, 0.5, 0.3
"""Any new step, one that is planned or denied, all words being new, and an article of a later day: the first hours retell."""
MOSTLY_NEW = 0.6
"""The share of new words from which a sentence beside background may belong to it."""
MIN_CONTENT = 4
"""A sentence of fewer words that tell something counts as one of so many."""


SPEAKING = frozenset({"named", "role"})
"""The sources that may be new: nothing is known of others."""
NAMED: Mapping[EntityType, DevelopmentKind] = {"person": "person", "place": "place", "org": "other", "event": "other"}
Sign = tuple[float, DevelopmentKind]
"""The weight of what is new, and its kind."""


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a sentence, and the kind of what weighs most in it."""

    value: float
    kind: DevelopmentKind


NOTHING_NEW = Score(0.0, "other")


def find_developments(
    article: ArticleFacts, title: str, text: str, known: KnownFacts, entities: Collection[str], *, is_later: bool
) -> tuple[Development, ...]:
    """Return the sentences with what *article* adds to a story that has told *known* and names *entities*, by their ids.

    *is_later* is set if the article is of a later day than the others. At most MAX_DEVELOPMENTS are returned, those that add
    most first, and the title last.
    """
    if article.is_opinion or not article.sentences:
        return ()
    comparison = Comparison(article, known, entities, is_later=is_later)
    scored = [(comparison.score(place), each.at) for place, each in enumerate(article.sentences)]
    found = [(score, at) for score, at in scored if score.value >= THRESHOLD]
    found.sort(key=lambda each: (each[1].field == "title", -each[0].value, each[1].start))
    texts = {"title": title, "text": text}
    return tuple(
        Development(score.kind, texts[at.field][at.start : at.end][:MAX_WORDS_CHARS], at)
        for score, at in found[:MAX_DEVELOPMENTS]
    )


class Comparison:
    """An article beside what its story has told."""

    def __init__(self, article: ArticleFacts, known: KnownFacts, entities: Collection[str], *, is_later: bool) -> None:
        self._article, self._known, self._is_later = article, known, is_later
        self._facts = frozenset(known.facts)
        self._values = known.values()
        self._is_same_language = f"{LANGUAGE}{article.language}" in self._facts
        named = [entity for entity in article.entities if entity.id in entities]
        self._known_names = frozenset(word for entity in named for word in tokens(entity.name)) | article.analysts
        self._lead = next((number for number, each in enumerate(article.sentences) if each.at.field == "text"), 0)
        self._background = [self._is_background(each) for each in article.sentences]

    def score(self, place: int) -> Score:
        """Return the score of the sentence at *place* of the article."""
        sentence, is_at_top = self._article.sentences[place], place <= self._lead
        if self._background[place] or sentence.is_analysis or self._is_of_analyst(sentence):
            return NOTHING_NEW
        signs = dict(chain(self._told(sentence), self._steps(sentence.steps, is_at_top=is_at_top)))
        share = self._new_words(sentence)
        is_dated = not signs.keys().isdisjoint(("date", "weekday", "taken"))
        if share >= MOSTLY_NEW and not is_at_top and not is_dated and self._is_beside_background(place):
            return NOTHING_NEW
        value = sum(weight for weight, _ in signs.values()) + NEW_WORDS * share + LATER_DAY * self._is_later
        _, kind = max(signs.values(), default=(0.0, "other"))
        return Score(value, kind)

    def _told(self, sentence: Sentence) -> Iterator[tuple[str, Sign]]:
        """Yield what is new in a sentence besides its steps: each sign with its name."""
        facts, days = self._facts, sentence.days
        if any(not each.is_weak and not is_known(each, self._values) for each in sentence.numbers):
            yield "number", (NUMBER, "number")
        if any(f"{DATE}{day}" not in facts for day in days.dates):
            yield "date", (DATE_NAMED, "date")
        this_month, next_year = month_of(self._article.appeared.isoformat()), self._article.appeared.year + 1
        if any(f"{MONTH}{month}" not in facts and month >= this_month for month in days.months) or any(
            year > next_year and f"{YEAR}{year}" not in facts for year in sentence.years
        ):
            yield "month", (MONTH_NAMED, "date")
        if any(not any(f"{DATE}{day}" in facts for day in each) for each in days.weekdays):
            yield "weekday", (DAY_NAMED, "date")
        names = [each for each in sentence.names if self._is_new_name(each)]
        if names:
            is_full = sum(each.is_pair for each in names) > 1
            yield "name", (FULL_NAME if is_full else SINGLE_NAME, self._kind_of(names, sentence))
        stances = {each.stance for each in sentence.claims}
        if any(f"{STANCE}{stance}" not in facts for stance in stances & VERDICTS):
            yield "verdict", (VERDICT, "statement")
        if any(each.source in SPEAKING and each.who and not self._knows_any(each.who) for each in sentence.claims):
            yield "source", (SOURCE, "statement")

    def _steps(self, found: Sequence[Steps], *, is_at_top: bool) -> Iterator[tuple[str, Sign]]:
        """Yield what is new in the steps of a sentence: each sign with its name."""
        for steps in found:
            is_heard = any(f"{STEP}{name}" in self._facts for name in steps.names)
            is_taken = any(f"{DONE}{name}" in self._facts for name in steps.names)
            kind: DevelopmentKind = "step" if steps.names.isdisjoint(DECISIONS) else "decision"
            if not is_heard and steps.mode in {"done", "spoken"}:
                yield "step", (OTHER_STEP, kind)
            elif not is_heard and steps.mode != "earlier":
                yield "planned", (PLANNED_STEP, kind)
            if not steps.names <= DECISIVE:
                continue
            if steps.mode == "done" and not is_taken:
                yield "taken", (TAKEN_AT_TOP if is_at_top else TAKEN_BELOW, kind)
                if not is_heard:
                    yield "unheard", (UNHEARD_TAKEN, kind)
            elif steps.mode == "spoken" and not is_heard and is_at_top:
                yield "unheard", (UNHEARD_AT_TOP, kind)

    def _new_words(self, sentence: Sentence) -> float:
        """Return the share of new words; none if the story has no article in the language."""
        if not self._is_same_language:
            return 0.0
        new = sum(not self._known.knows_word(each) for each in sentence.content)
        return new / max(MIN_CONTENT, len(sentence.content))

    def _is_new_name(self, name: Name) -> bool:
        return name.text not in self._known_names and not self._known.knows_word(stem(name.text))

    def _knows_any(self, who: str) -> bool:
        return any(self._known.knows_word(stem(word)) for word in tokens(who))

    def _kind_of(self, names: Sequence[Name], sentence: Sentence) -> DevelopmentKind:
        """Return what is named: by the type of the entity that stands there, or by the number of its words."""
        texts = {each.text for each in names}
        for entity in self._article.entities:
            if texts.isdisjoint(tokens(entity.name)) or entity.type not in NAMED:
                continue
            if any(
                each.field == sentence.at.field and sentence.at.start <= each.start < sentence.at.end
                for each in entity.mentions
            ):
                return NAMED[entity.type]
        return "person" if any(each.is_pair for each in names) else "place"

    def _is_background(self, sentence: Sentence) -> bool:
        """Return whether a sentence tells of a past year that the story does not tell of, or of what is always so."""
        last = self._article.appeared.year - 1
        return sentence.is_background or any(year < last and f"{YEAR}{year}" not in self._facts for year in sentence.years)

    def _is_beside_background(self, place: int) -> bool:
        return any(self._background[max(0, place - 1) : place + 2])

    def _is_of_analyst(self, sentence: Sentence) -> bool:
        """Return whether a sentence gives what an analyst says who is named elsewhere."""
        analysts = self._article.analysts
        return bool(analysts) and any(each.who and not analysts.isdisjoint(tokens(each.who)) for each in sentence.claims)
