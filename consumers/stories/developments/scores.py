"""Which sentences of an article tell what its story does not know: a score for each, from what is new in it. Pure.

A new number, date, name or verdict of a source is enough by itself. A step needs other signs, such as its place at the top of
the article, since many words tell the same step. What has long been so, and what an analyst thinks, counts for nothing.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from consumers.stories.developments.days import month_of
from consumers.stories.developments.facts import VERDICTS, ArticleFacts, Sentence
from consumers.stories.developments.known import DATE, DONE, LANGUAGE, MONTH, STANCE, STEP, YEAR, KnownFacts
from consumers.stories.developments.names import Name, capitalised_names, gives_opinion, is_analysis
from consumers.stories.developments.rounding import is_known_number
from consumers.stories.developments.sentence_words import May, Word, bits_of, stem_of
from consumers.stories.developments.steps import COURSE, DECISIONS, DECISIVE, TOLLS, Steps
from monitor.messages import ArticleTopics, Claim, Development, DevelopmentKind, EntityType
from monitor.text import gazetteer
from monitor.text.tokens import tokens

MAX_DEVELOPMENTS = 3
MAX_WORDS_CHARS = 300
THRESHOLD = 1.0
"""The score from which a sentence is a development."""
NEW_NUMBER = FULL_NAME = DATE_NAMED = VERDICT = 1.0
"""A new number, a new name of two words, a new date, and a denial or confirmation where the story had none."""
SMALL_NUMBER, MAX_SMALL = 0.6, 5
"""A new number that is small, unless it counts people to whom something happened: small numbers are told of anything."""
MONTH_NAMED, DAY_NAMED, SINGLE_NAME, SOURCE = 0.7, 0.4, 0.5, 0.3
"""A month to come or a later year, a weekday, a name of one word, and a source that is not known."""
TAKEN_AT_TOP, TAKEN_BELOW = 0.5, 0.2
"""A decisive step that the story does not know as taken, in the title or first sentence, or further below."""
UNHEARD_AT_TOP, UNHEARD_BELOW = 0.2, 0.15
"""What is added if the story did not even speak of the step. At the top this counts without a verb that tells it as taken."""
OTHER_STEP, PLANNED_STEP, NEW_WORDS, LATER_DAY = 0.15, 0.1, 0.5, 0.4
"""Any new step, one that is planned or denied, all words being new, and an article of a later day: the first hours retell."""
LATER_SENTENCE, MAX_LATER = 0.02, 20
"""What each sentence before it takes off the rank of a development, up to a number of them: news comes first."""
STEPS_ALONE = -0.2
"""What a sentence loses that tells only steps, on the day of the earlier articles: one day tells them in many words."""
MOSTLY_NEW = 0.5
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
    message: ArticleTopics, article: ArticleFacts, known: KnownFacts, entities: Collection[str], *, is_later: bool
) -> tuple[Development, ...]:
    """Return the sentences with what the *article* of *message* adds to a story that has told *known*.

    *entities* are the ids of those that the story names. *is_later* is set if the article is of a later day than the others.
    At most MAX_DEVELOPMENTS are returned, those that add most first, and the title last.
    """
    if not article.sentences:
        return ()
    in_text = [each for each in article.sentences if each.at.field == "text"]
    if any(each.may & May.SELF for each in in_text) and gives_opinion([each.words for each in in_text]):
        return ()
    comparison = Comparison(message, article, known, entities, is_later=is_later)
    scored = [(comparison.score(place), each.at, place) for place, each in enumerate(article.sentences)]
    found = [each for each in scored if each[0].value >= THRESHOLD]
    found.sort(key=lambda each: (each[1].field == "title", LATER_SENTENCE * min(each[2], MAX_LATER) - each[0].value))
    texts = {"title": message.article.title, "text": message.article.text}
    return tuple(
        Development(score.kind, texts[at.field][at.start : at.end][:MAX_WORDS_CHARS], at)
        for score, at, _ in found[:MAX_DEVELOPMENTS]
    )


class Comparison:
    """An article beside what its story has told."""

    def __init__(
        self, message: ArticleTopics, article: ArticleFacts, known: KnownFacts, entities: Collection[str], *, is_later: bool
    ) -> None:
        self._article, self._entities, self._is_later = article, message.entities, is_later
        self._facts, self._words = frozenset(known.facts), known.word_table()
        self._values = known.values()
        self._heard, self._taken = known.names(STEP), known.names(DONE)
        self._is_same_language = f"{LANGUAGE}{article.language.code}" in self._facts
        self._has_titled_names = not article.language.names.is_headline_case(message.article.title)
        self._claims = _claims_by_sentence(message.claims, article)
        self._analyses = [self._is_analysis(place) for place in range(len(article.sentences))]
        analyses = (place for place, is_analysis in enumerate(self._analyses) if is_analysis)
        self._analysts = frozenset(name.word.text for place in analyses for name in self._names(place))
        self._known_names = frozenset(_known_names(message, entities)) | self._analysts
        self._lead = next((number for number, each in enumerate(article.sentences) if each.at.field == "text"), 0)
        top = article.sentences[: self._lead + 1]
        # Experts may decide: then the top tells a step.
        has_step = any(steps.firm & DECISIVE and self._heard.isdisjoint(steps.names) for each in top for steps in each.steps)
        is_titled = len(top) > 1 and not has_step and all(each.may & May.ANALYST for each in top)
        self._is_commentary = is_titled or self._analyses[self._lead]
        self._background = [self._is_background(each) for each in article.sentences]

    def score(self, place: int) -> Score:
        """Return the score of the sentence at *place* of the article."""
        sentence, is_at_top = self._article.sentences[place], place <= self._lead
        if self._is_commentary or self._background[place] or self._analyses[place] or self._is_of_analyst(place):
            return NOTHING_NEW
        told = dict(self._told(place))
        signs = told | dict(self._steps(sentence.steps, is_at_top=is_at_top))
        value = sum([weight for weight, _ in signs.values()])
        value += LATER_DAY if self._is_later else 0.0 if told else STEPS_ALONE
        # Most sentences are told again: their words are not looked up.
        if value + NEW_WORDS < THRESHOLD:
            return NOTHING_NEW
        share = self._new_words(sentence)
        is_dated = not signs.keys().isdisjoint(("date", "weekday"))
        if share >= MOSTLY_NEW and not is_at_top and not is_dated and self._is_beside_background(place):
            return NOTHING_NEW
        _, kind = max(signs.values(), default=(0.0, "other"))
        return Score(value + NEW_WORDS * share, kind)

    def _told(self, place: int) -> Iterator[tuple[str, Sign]]:
        """Yield what is new in a sentence besides its steps: each sign with its name."""
        sentence, facts = self._article.sentences[place], self._facts
        days, claims = sentence.days, self._claims.get(place, ())
        # A number of pounds may be a weight or money: it is known if one of them is.
        known = {each.place for each in sentence.numbers if is_known_number(each, self._values)}
        numbers = [each for each in sentence.numbers if not each.is_weak and each.place not in known]
        if numbers:
            is_toll = any(not steps.names.isdisjoint(TOLLS) for steps in sentence.steps)
            is_small = not is_toll and all(each.bare_value <= MAX_SMALL for each in numbers)
            yield "number", (SMALL_NUMBER if is_small else NEW_NUMBER, "number")
        if any(f"{DATE}{day}" not in facts for day in days.dates):
            yield "date", (DATE_NAMED, "date")
        this_month, next_year = month_of(self._article.appeared.isoformat()), self._article.appeared.year + 1
        if any(f"{MONTH}{month}" not in facts and month >= this_month for month in days.months) or any(
            year > next_year and f"{YEAR}{year}" not in facts for year in sentence.years
        ):
            yield "month", (MONTH_NAMED, "date")
        if any(not any(f"{DATE}{day}" in facts for day in each) for each in days.weekdays):
            yield "weekday", (DAY_NAMED, "date")
        names = self._new_names(place)
        if names:
            is_full = sum(each.is_pair for each in names) > 1
            yield "name", (FULL_NAME if is_full else SINGLE_NAME, self._kind_of(names, sentence))
        stances = {each.stance for each in claims}
        if any(f"{STANCE}{stance}" not in facts for stance in stances & VERDICTS):
            yield "verdict", (VERDICT, "statement")
        if any(each.source in SPEAKING and each.who and not self._knows_any(each.who) for each in claims):
            yield "source", (SOURCE, "statement")

    def _steps(self, found: Sequence[Steps], *, is_at_top: bool) -> Iterator[tuple[str, Sign]]:
        """Yield what is new in the steps of a sentence: each sign with its name."""
        for steps in found:
            is_heard = not self._heard.isdisjoint(steps.names)
            if is_heard and (steps.mode != "done" or steps.firm.isdisjoint(DECISIVE)):
                continue
            is_taken = not self._taken.isdisjoint(steps.names)
            kind: DevelopmentKind = "step" if steps.firm.isdisjoint(DECISIONS) else "decision"
            if not is_heard and steps.mode in {"done", "spoken"}:
                yield "step", (OTHER_STEP, kind)
            elif not is_heard and steps.mode in {"planned", "denied"}:
                yield "planned", (PLANNED_STEP, kind)
            if steps.firm.isdisjoint(DECISIVE) or (steps.firm <= COURSE and not self._is_later):
                continue
            if steps.mode == "done" and not is_taken:
                yield "taken", (TAKEN_AT_TOP if is_at_top else TAKEN_BELOW, kind)
                if not is_heard:
                    yield "unheard", (UNHEARD_AT_TOP if is_at_top else UNHEARD_BELOW, kind)
            elif steps.mode == "spoken" and not is_heard and is_at_top:
                yield "unheard", (UNHEARD_AT_TOP, kind)

    def _new_words(self, sentence: Sentence) -> float:
        """Return the share of new words; none if the story has no article in the language."""
        if not self._is_same_language:
            return 0.0
        known = self._words
        content = {word.bits for word in sentence.words if word.may & May.CONTENT}
        new = sum([not (known[one] and known[other]) for one, other in content])
        return new / max(MIN_CONTENT, len(content))

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

    def _is_background(self, sentence: Sentence) -> bool:
        """Return whether a sentence tells of a past year that the story does not tell of, or of what is always so."""
        last = self._article.appeared.year - 1
        is_old = bool(sentence.may & May.BACKGROUND)
        return is_old or any(year < last and f"{YEAR}{year}" not in self._facts for year in sentence.years)

    def _is_beside_background(self, place: int) -> bool:
        return any(self._background[max(0, place - 1) : place + 2])

    def _is_analysis(self, place: int) -> bool:
        """Return whether an analyst speaks in a sentence, or is named."""
        sentence = self._article.sentences[place]
        lang, claims = self._article.language.developments, self._claims.get(place, ())
        return bool(sentence.may & May.ANALYST) and is_analysis(sentence.words, claims, lang)

    def _is_of_analyst(self, place: int) -> bool:
        """Return whether a sentence gives what an analyst says who is named elsewhere."""
        analysts, claims = self._analysts, self._claims.get(place, ())
        return bool(analysts) and any(each.who and not analysts.isdisjoint(tokens(each.who)) for each in claims)


def _claims_by_sentence(claims: Sequence[Claim], article: ArticleFacts) -> Mapping[int, Sequence[Claim]]:
    """Return *claims* by the number of the sentence in which their words stand."""
    starts = [(each.at.field == "text", each.at.start) for each in article.sentences]
    found: dict[int, list[Claim]] = {}
    for claim in claims:
        place = bisect_right(starts, (claim.cue.field == "text", claim.cue.start)) - 1
        if place >= 0 and article.sentences[place].at.field == claim.cue.field:
            found.setdefault(place, []).append(claim)
    return found


def _known_names(message: ArticleTopics, entities: Collection[str]) -> Iterator[str]:
    """Yield the words of the names of entities that a story names by their ids, and of offices, which may be theirs."""
    texts = {"title": message.article.title, "text": message.article.text}
    for name in (entity.name for entity in message.entities if entity.id in entities):
        yield from tokens(name)
    for each in message.roles:
        yield from tokens(texts[each.at.field][each.at.start : each.at.end])
