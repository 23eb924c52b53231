"""Which sentences of an article tell what its story does not know: a score for each, from what is new in it. Pure.

A new number, date, name or verdict of a source is enough by itself. A step needs other signs, such as its place at the top of
the article, since many words tell the same step. What has long been so, and what an analyst thinks, counts for nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from consumers.stories.developments import weights
from consumers.stories.developments.background import gives_opinion, is_analysis, read_quotes, tells_past_year
from consumers.stories.developments.days import NO_DAYS, month_of
from consumers.stories.developments.facts import VERDICTS, ArticleFacts, Sentence, claims_by_sentence
from consumers.stories.developments.known import DATE, DONE, LANGUAGE, MONTH, STANCE, STEP, YEAR, KnownFacts
from consumers.stories.developments.names import Name, capitalised_names, known_names
from consumers.stories.developments.rounding import is_known_number
from consumers.stories.developments.sentence_words import May, Word, bits_of, stem_of
from consumers.stories.developments.steps import COURSE, DECISIONS, DECISIVE, TOLLS, Steps
from monitor.messages import ArticleTopics, Development, DevelopmentKind, EntityType
from monitor.text import gazetteer
from monitor.text.tokens import tokens

MAX_DEVELOPMENTS = 3
MAX_WORDS_CHARS = 300
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
    message: ArticleTopics, article: ArticleFacts, known: KnownFacts, entities: Collection[str], *, is_later: bool
) -> tuple[Development, ...]:
    """Return the sentences with what the *article* of *message* adds to a story with the facts *known*.

    *entities* are the ids of those that the story names. *is_later* is set if the article is of a later day than the others.
    At most MAX_DEVELOPMENTS are returned, those that add most first, and the title last.
    """
    if not article.sentences:
        return ()
    in_text = [each for each in article.sentences if each.at.field == "text"]
    if any(each.may & May.SELF for each in in_text) and gives_opinion([each.words for each in in_text]):
        return ()
    scorer = SentenceScorer(message, article, known, entities, is_later=is_later)
    scored = [(scorer.score(place), each.at, place) for place, each in enumerate(article.sentences)]
    found = [each for each in scored if each[0].value >= weights.THRESHOLD]
    found.sort(
        key=lambda each: (each[1].field == "title", weights.LATER_SENTENCE * min(each[2], weights.MAX_LATER) - each[0].value)
    )
    texts = {"title": message.article.title, "text": message.article.text}
    return tuple(
        Development(score.kind, texts[at.field][at.start : at.end][:MAX_WORDS_CHARS], at)
        for score, at, _ in found[:MAX_DEVELOPMENTS]
    )


class SentenceScorer:
    """Scores the sentences of an article by what is new in them to its story."""

    def __init__(
        self, message: ArticleTopics, article: ArticleFacts, known: KnownFacts, entities: Collection[str], *, is_later: bool
    ) -> None:
        self._article, self._entities, self._is_later = article, message.entities, is_later
        self._facts, self._words = frozenset(known.facts), known.word_table()
        self._values = known.values()
        self._heard, self._taken = known.names(STEP), known.names(DONE)
        self._is_same_language = f"{LANGUAGE}{article.language.code}" in self._facts
        has_capitals = article.language.developments.capitalises_nouns
        self._has_titled_names = not (has_capitals or article.language.names.is_headline_case(message.article.title))
        self._claims = claims_by_sentence(message.claims, article)
        self._analyses = [self._is_analysis(place) for place in range(len(article.sentences))]
        analyses = (place for place, is_analysis in enumerate(self._analyses) if is_analysis)
        self._analysts = frozenset(name.word.text for place in analyses for name in self._names(place))
        self._known_names = frozenset(known_names(message, entities)) | self._analysts
        self._lead = next((number for number, each in enumerate(article.sentences) if each.at.field == "text"), 0)
        top = article.sentences[: self._lead + 1]
        # Experts may decide: then the top tells a step.
        has_step = any(steps.firm & DECISIVE and self._heard.isdisjoint(steps.names) for each in top for steps in each.steps)
        is_titled = len(top) > 1 and not has_step and all(each.may & May.ANALYST for each in top)
        self._is_commentary = is_titled or self._analyses[self._lead]
        steps = [self._new_steps(each) for each in top]
        self._main_steps = steps[0] & steps[1] if len(steps) > 1 else frozenset[str]()
        self._background = [self._is_background(place) for place in range(len(article.sentences))]
        self._quotes = read_quotes(article.sentences)

    @cached_property
    def _known_bare(self) -> frozenset[float]:
        """The known numbers of the article that have units, without them: a title may leave out the unit of a converted one."""
        measured = (each for sentence in self._article.sentences for each in sentence.numbers if each.bare is not None)
        return frozenset(abs(each.bare_value) for each in measured if is_known_number(each, self._values))

    def score(self, place: int) -> Score:
        """Return the score of the sentence at *place* of the article."""
        sentence, is_at_top = self._article.sentences[place], place <= self._lead
        if self._is_commentary or self._background[place] or self._analyses[place] or self._is_of_analyst(place):
            return NOTHING_NEW
        if sentence.may & May.QUESTION or (self._quotes[place].speaks_to_readers and sentence.at.field == "text"):
            return NOTHING_NEW
        facts = dict(self._new_facts(place))
        signs = facts | dict(self._steps(sentence.steps, is_at_top=is_at_top))
        value = sum([weight for weight, _ in signs.values()])
        value += weights.LATER_DAY if self._is_later else 0.0 if facts else weights.STEPS_ALONE
        # Most sentences have nothing new: their words are not looked up.
        if value + weights.NEW_WORDS < weights.THRESHOLD:
            return NOTHING_NEW
        share = self._new_words(sentence)
        is_dated = not signs.keys().isdisjoint(("date", "weekday"))
        is_new = self._new_share(sentence) >= weights.MOSTLY_NEW
        if is_new and not is_at_top and not is_dated and self._is_next_to_background(place):
            return NOTHING_NEW
        _, kind = max(signs.values(), default=(0.0, "other"))
        return Score(value + weights.NEW_WORDS * share, kind)

    def _new_facts(self, place: int) -> Iterator[tuple[str, Sign]]:
        """Yield what is new in a sentence besides its steps: each sign with its name."""
        sentence, facts = self._article.sentences[place], self._facts
        days, claims = sentence.days, self._claims.get(place, ())
        # Pounds may be a weight or money: such a number is known if one of them is.
        known = {each.place for each in sentence.numbers if is_known_number(each, self._values)}
        numbers = [
            each
            for each in sentence.numbers
            if not each.is_weak and each.place not in known and not (each.bare is None and each.value in self._known_bare)
        ]
        if numbers:
            is_toll = any(not steps.names.isdisjoint(TOLLS) for steps in sentence.steps)
            is_small = not is_toll and all(
                each.bare_value <= weights.MAX_SMALL and each.bare_value.is_integer() for each in numbers
            )
            weight = weights.SMALL_NUMBER if is_small else weights.NEW_NUMBER
            is_static = not (sentence.may & weights.HAPPENS or claims or days is not NO_DAYS)
            if place > self._lead and is_static and all(each.kind[:1] not in weights.OF_EVENTS for each in numbers):
                weight = min(weight, weights.STATIC_NUMBER)
            yield "number", (weight, "number")
        if any(f"{DATE}{day}" not in facts for day in days.dates):
            yield "date", (weights.DATE_NAMED, "date")
        this_month, next_year = month_of(self._article.appeared.isoformat()), self._article.appeared.year + 1
        if any(f"{MONTH}{month}" not in facts and month >= this_month for month in days.months) or any(
            year > next_year and f"{YEAR}{year}" not in facts for year in sentence.years
        ):
            yield "month", (weights.MONTH_NAMED, "date")
        if any(not any(f"{DATE}{day}" in facts for day in each) for each in days.weekdays):
            yield "weekday", (weights.DAY_NAMED, "date")
        names = self._new_names(place)
        if names:
            # Who says it is no fact of the story.
            is_full = sum(each.is_pair for each in names) > 1 and self._quotes[place].share < weights.MOSTLY_QUOTED
            yield "name", (weights.FULL_NAME if is_full else weights.SINGLE_NAME, self._kind_of(names, sentence))
        stances = {each.stance for each in claims}
        if any(f"{STANCE}{stance}" not in facts for stance in stances & VERDICTS):
            yield "verdict", (weights.VERDICT, "statement")
        is_speaker = bool(names) and self._quotes[place].share >= weights.MOSTLY_QUOTED
        if not is_speaker and any(each.source in SPEAKING and each.who and not self._knows_any(each.who) for each in claims):
            yield "source", (weights.SOURCE, "statement")

    def _steps(self, found: Sequence[Steps], *, is_at_top: bool) -> Iterator[tuple[str, Sign]]:
        """Yield what is new in the steps of a sentence: each sign with its name."""
        for steps in found:
            is_heard = not self._heard.isdisjoint(steps.names)
            if is_heard and (steps.mode != "done" or steps.firm.isdisjoint(DECISIVE)):
                continue
            is_taken = not self._taken.isdisjoint(steps.names)
            kind: DevelopmentKind = "step" if steps.firm.isdisjoint(DECISIONS) else "decision"
            if not is_heard and steps.mode in {"done", "spoken"}:
                yield "step", (weights.OTHER_STEP, kind)
            elif not is_heard and steps.mode in {"planned", "denied"}:
                yield "planned", (weights.PLANNED_STEP, kind)
            if steps.firm.isdisjoint(DECISIVE) or (steps.firm <= COURSE and not self._is_later):
                continue
            if steps.mode == "done" and not is_taken:
                weight = self._taken_at_top(steps) if is_at_top else weights.TAKEN_BELOW
                yield "taken", (weight, kind)
                if not is_heard:
                    yield "unheard", (weights.UNHEARD_AT_TOP if is_at_top else weights.UNHEARD_BELOW, kind)
            elif steps.mode == "spoken" and not is_heard and is_at_top:
                yield "unheard", (weights.UNHEARD_AT_TOP, kind)

    def _taken_at_top(self, steps: Steps) -> float:
        """Return the weight of a step that the title or the first sentence tells as taken."""
        is_main = not self._main_steps.isdisjoint(steps.firm)
        is_decided = self._is_later and not steps.firm.isdisjoint(DECISIONS)
        return weights.TAKEN_AT_TOP + weights.IN_TITLE_TOO * is_main + weights.DECIDED * is_decided

    def _new_steps(self, sentence: Sentence) -> frozenset[str]:
        """Return the decisive steps that a sentence tells as taken, and of which the story did not speak."""
        return frozenset(
            name
            for steps in sentence.steps
            if steps.mode in {"done", "spoken"} and self._heard.isdisjoint(steps.names)
            for name in steps.firm & DECISIVE
        )

    def _new_words(self, sentence: Sentence, least: int = weights.MIN_CONTENT) -> float:
        """Return the share of new words of *least* words or more; none if the story has no article in the language."""
        if not self._is_same_language:
            return 0.0
        known = self._words
        content = {word.bits for word in sentence.words if word.may & May.CONTENT}
        new = sum([not (known[one] and known[other]) for one, other in content])
        return new / max(least, len(content))

    def _new_share(self, sentence: Sentence) -> float:
        return self._new_words(sentence, least=1)

    def _names(self, place: int) -> Sequence[Name]:
        sentence = self._article.sentences[place]
        has_names = sentence.may & May.NAME and (sentence.at.field == "text" or self._has_titled_names)
        return list(capitalised_names(sentence.words, self._article.language.developments)) if has_names else []

    def _new_names(self, place: int) -> Sequence[Name]:
        """Return the names of a sentence that the story does not know."""
        if not any(word.may & May.NAME and not self._knows(word.bits) for word in self._article.sentences[place].words):
            return []
        return [each for each in self._names(place) if self._is_new_name(each.word)]

    def _is_new_name(self, word: Word) -> bool:
        if self._knows(word.bits) or word.text in self._known_names:
            return False
        # Another article may name the country by its people.
        entry = gazetteer.resolve(word.raw, "place")
        return entry is None or entry.kind != "country"

    def _knows_any(self, who: str) -> bool:
        return any(self._knows(bits_of(stem_of(word))) for word in tokens(who))

    def _knows(self, bits: tuple[int, int]) -> bool:
        return bool(self._words[bits[0]] and self._words[bits[1]])

    def _kind_of(self, names: Sequence[Name], sentence: Sentence) -> DevelopmentKind:
        """Return what is named: by the type of the entity that stands there, or by the number of its words."""
        texts = {each.word.text for each in names}
        for entity in self._entities:
            if texts.isdisjoint(tokens(entity.name)) or entity.type not in NAMED:
                continue
            if any(
                each.field == sentence.at.field and sentence.at.start <= each.start < sentence.at.end
                for each in entity.mentions
            ):
                return NAMED[entity.type]
        return "person" if any(each.is_pair for each in names) else "place"

    def _is_background(self, place: int) -> bool:
        """Return whether a sentence tells of a past year that the story does not tell of, or of what is always so."""
        sentence = self._article.sentences[place]
        if place > self._lead and tells_past_year(sentence, self._article.language.developments):
            return True
        last = self._article.appeared.year - 1
        is_old = bool(sentence.may & May.BACKGROUND)
        return is_old or any(year < last and f"{YEAR}{year}" not in self._facts for year in sentence.years)

    def _is_next_to_background(self, place: int) -> bool:
        """Return whether background surrounds a sentence: it goes on until a sentence has few new words."""
        if any(self._background[place + 1 : place + 2]):
            return True
        for before in range(place - 1, self._lead, -1):
            if self._background[before]:
                return True
            if self._new_share(self._article.sentences[before]) < weights.MOSTLY_NEW:
                return False
        return False

    def _is_analysis(self, place: int) -> bool:
        """Return whether an analyst speaks in a sentence, or is named."""
        sentence = self._article.sentences[place]
        lang, claims = self._article.language.developments, self._claims.get(place, ())
        return bool(sentence.may & May.ANALYST) and is_analysis(sentence.words, claims, lang)

    def _is_of_analyst(self, place: int) -> bool:
        """Return whether a sentence gives what an analyst says who is named elsewhere."""
        analysts, claims = self._analysts, self._claims.get(place, ())
        return bool(analysts) and any(each.who and not analysts.isdisjoint(tokens(each.who)) for each in claims)
