"""Which sentences of an article tell what its story does not know: a score for each, from what is new in it. Pure.

A new toll is enough by itself, and so is a step that both the title and the first sentence tell. A new number, date, name or
verdict of a source needs some new words beside it, and another step more signs, since many words tell the same step. What has
long been so, what an analyst thinks, and how somebody feels whom the story does not know, counts for nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from operator import itemgetter
from statistics import fmean as mean

from consumers.stories.developments import background, weights
from consumers.stories.developments.days import NO_DAYS
from consumers.stories.developments.facts import VERDICTS, ArticleFacts, Sentence, claims_by_sentence
from consumers.stories.developments.known import LANGUAGE, KnownFacts
from consumers.stories.developments.known_numbers import KnownNumbers, known_numbers
from consumers.stories.developments.measures import Measures
from consumers.stories.developments.names import Name, known_names
from consumers.stories.developments.new_steps import known_steps
from consumers.stories.developments.numbers import COUNT
from consumers.stories.developments.sentence_words import May
from consumers.stories.developments.signs import SPEAKING, day_signs, rejection_signs, verdict_signs
from consumers.stories.developments.steps import DEATH, DECISIVE, TOLLS
from consumers.stories.developments.weights import Sign
from monitor.messages import ArticleTopics, Claim, DevelopmentKind, EntityType
from monitor.text.tokens import tokens

NAMED: Mapping[EntityType, DevelopmentKind] = {"person": "person", "place": "place", "org": "other", "event": "other"}


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a sentence, and the kind of what weighs most in it."""

    value: float
    kind: DevelopmentKind


NOTHING_NEW = Score(0.0, "other")
NO_SIGN: Sign = (0.0, "other")
NO_SIGNS: Mapping[str, Sign] = {}
FACTS = frozenset({"number", "date", "month", "weekday", "verdict", "correction", "name"})
"""The signs that are no steps."""


def strongest(signs: Iterable[tuple[str, Sign]]) -> dict[str, Sign]:
    """Return the strongest of the *signs* of each name."""
    found: dict[str, Sign] = {}
    for name, sign in signs:
        found[name] = max(sign, found.get(name, NO_SIGN), key=itemgetter(0))
    return found


class SentenceScorer:
    """Scores the sentences of an article by what is new in them to its story."""

    def __init__(
        self, message: ArticleTopics, article: ArticleFacts, known: KnownFacts, entities: Collection[str], *, gap: timedelta
    ) -> None:
        self._article, self._entities, self._is_later = article, message.entities, gap > weights.LATER
        self._known, self._facts, self._words = known, frozenset(known.facts), known.word_table()
        self._is_same_language = f"{LANGUAGE}{article.language.code}" in self._facts
        self._texts = {"title": message.article.title, "text": message.article.text}
        self._for_gap = next((weight for least, weight in weights.GAPS if gap > least), 0.0)
        self._for_title = weights.EXPLAINER if background.announces_background(article) else 0.0
        self._claims = claims_by_sentence(message.claims, article)
        self._lead = next((number for number, each in enumerate(article.sentences) if each.at.field == "text"), 0)
        self._top = article.sentences[: self._lead + 1]
        self._steps = known_steps(known, self._top, is_later=self._is_later)
        self._names = known_names(message, article.language, self._words, entities)
        self._analyses = [bool(each.may & May.ANALYST) and self._is_analysis(at) for at, each in enumerate(article.sentences)]
        analyses = (each for each, is_analysis in zip(article.sentences, self._analyses, strict=True) if is_analysis)
        self._analysts = frozenset(name.word.text for each in analyses for name in self._names.all_of(each))
        # Who analyses is no name of the story.
        self._names = self._names._replace(names=self._names.names | self._analysts)
        self._quotes = background.read_quotes(article.sentences)
        self._background = [self._is_background(place) for place in range(len(article.sentences))]
        self._quoted, self._told = mean(each.share > 0 for each in self._quotes), mean(self._background)
        self._is_commentary = self._gives_opinions()

    def _gives_opinions(self) -> bool:
        """Return whether the article gives what analysts or many others think."""
        if self._analyses[self._lead]:
            return True
        # Experts may decide: then the top tells a step.
        has_step = any(
            steps.firm & DECISIVE and self._steps.heard.isdisjoint(steps.names) for each in self._top for steps in each.steps
        )
        if len(self._top) > 1 and not has_step and all(each.may & May.ANALYST for each in self._top):
            return True
        names = [{name.word.text for name in self._names.new_of(each)} for each in self._article.sentences]
        lang = self._article.language.developments
        return background.is_round_of_opinions(self._article.sentences, self._quotes, names, lang)

    @cached_property
    def _numbers(self) -> KnownNumbers:
        return known_numbers(self._article, self._known)

    def score(self, place: int) -> Score:
        """Return the score of the sentence at *place* of the article."""
        signs = self._signs(place)
        # Most sentences have nothing new: their words are not looked up.
        if not signs or weights.MEASURES.weigh(self._at_most(place, signs)) < weights.THRESHOLD:
            return NOTHING_NEW
        measures = self._measure(place, signs)
        if measures is None:
            return NOTHING_NEW
        _, kind = max(signs.values(), key=lambda sign: (sign[0], -weights.KINDS.index(sign[1])))
        return Score(weights.MEASURES.weigh(measures), kind)

    def measure(self, place: int) -> Measures | None:
        """Return the measures of the sentence at *place*, by which it is scored; None if nothing in it may be news."""
        signs = self._signs(place)
        return self._measure(place, signs) if signs else None

    def _signs(self, place: int) -> Mapping[str, Sign]:
        """Return what is new in the sentence at *place*; nothing if that is background or opinion."""
        sentence, is_at_top = self._article.sentences[place], place <= self._lead
        if self._is_commentary or self._background[place] or self._analyses[place] or self._is_of_analyst(place):
            return NO_SIGNS
        if sentence.may & May.QUESTION:
            return NO_SIGNS
        facts = strongest(self._new_facts(place))
        is_to_readers = self._quotes[place].speaks_to_readers and sentence.at.field == "text"
        if (is_to_readers and "date" not in facts) or (not is_at_top and self._is_opinion(place, facts)):
            return NO_SIGNS
        return facts | strongest(self._steps.signs(sentence, is_at_top=is_at_top))

    def _at_most(self, place: int, signs: Mapping[str, Sign]) -> Measures:
        """Return the measures of the sentence at *place*, as if all of its words were new."""
        sentence = self._article.sentences[place]
        value = sum([weight for weight, _ in signs.values()]) + self._for_title + self._for_gap
        is_main = any(not self._steps.main.isdisjoint(steps.firm) for steps in sentence.steps)
        if not self._is_later and not is_main and signs.keys().isdisjoint(FACTS):
            value += weights.STEPS_ALONE
        date, weekday = (signs.get(each, NO_SIGN)[0] for each in ("date", "weekday"))
        if signs.keys() == {"weekday"}:
            weekday *= weights.DAY_ALONE
        is_enough = max([weight for weight, _ in signs.values()]) >= weights.THRESHOLD
        around = (0.0, 0.0) if is_enough else (self._quoted, self._told)
        return Measures(value + weights.NEW_WORDS, date, weekday, *around)

    def _measure(self, place: int, signs: Mapping[str, Sign]) -> Measures | None:
        """Return the measures of the sentence at *place*; None if it goes on with background."""
        sentence = self._article.sentences[place]
        # Who is named and speaks is of the news, too.
        is_dated = not signs.keys().isdisjoint(("date", "weekday")) or ("name" in signs and bool(self._claims.get(place)))
        is_new = self._new_share(sentence) >= weights.MOSTLY_NEW
        if is_new and place > self._lead and not is_dated and self._is_next_to_background(place):
            return None
        most = self._at_most(place, signs)
        return most._replace(signs=most.signs - weights.NEW_WORDS * (1 - self._new_words(sentence)))

    def _new_facts(self, place: int) -> Iterator[tuple[str, Sign]]:
        """Yield what is new in a sentence besides its steps: each sign with its name."""
        sentence, claims = self._article.sentences[place], self._claims.get(place, ())
        if sentence.numbers and (weight := self._number_weight(place, claims)):
            yield "number", (weight, "number")
        if sentence.years or sentence.days is not NO_DAYS:
            yield from day_signs(sentence, self._facts, self._article.appeared)
        names = self._new_names(place)
        if verdicts := [each for each in claims if each.stance in VERDICTS]:
            yield from verdict_signs(verdicts, self._facts, is_at_top=place <= self._lead)
        else:
            lang = self._article.language.developments
            yield from rejection_signs(sentence, self._facts, lang, is_said=bool(claims))
        if names:
            # Who says it is no fact of the story, below the top.
            speakers = self._speakers(claims) if claims and place > self._lead else ()
            others = [each for each in names if each.word.text not in speakers]
            is_quoted = self._quotes[place].share >= weights.MOSTLY_QUOTED
            yield "name", (self._name_weight(others, claims, is_quoted=is_quoted), self._kind_of(names, sentence))

    def _name_weight(self, names: Sequence[Name], claims: Sequence[Claim], *, is_quoted: bool) -> float:
        """Return the weight of the new *names* of a sentence with *claims*."""
        if sum(each.is_pair for each in names) > 1 and not is_quoted:
            return weights.FULL_NAME
        # A place that only somebody unnamed tells is no better than another name.
        is_place = any(each.is_placed for each in names) and all(each.source in SPEAKING for each in claims)
        return weights.PLACE_NAMED if is_place else weights.SINGLE_NAME

    def _is_opinion(self, place: int, facts: Mapping[str, Sign]) -> bool:
        """Return whether a sentence with the new *facts* only gives what somebody thinks whom the story does not know."""
        names, quotes = self._new_names(place), self._quotes[place]
        is_quoted = quotes.share >= weights.MOSTLY_QUOTED
        is_said = {"number"} if is_quoted and facts.get("number", NO_SIGN)[0] < weights.NEW_TOLL else set[str]()
        if not any(each.is_pair for each in names) or facts.keys() - {"name", "weekday"} - is_said:
            return False
        new = {each.word.text for each in names}
        return background.thinks(self._article.sentences[place].words, quotes, new, self._article.language.developments)

    def _speakers(self, claims: Sequence[Claim]) -> Collection[str]:
        """Return the words from the sources that say something to the word that says so: Ana Ruiz, who heads the port, said."""
        said = [each for each in claims if each.stance == "said" and each.who_at and each.who_at.field == each.cue.field]
        places = [(each.cue.field, sorted((each.cue, each.who_at), key=lambda at: at.start)) for each in said if each.who_at]
        return {word for field, (first, last) in places for word in tokens(self._texts[field][first.start : last.end])}

    def _number_weight(self, place: int, claims: Sequence[Claim]) -> float:
        """Return the weight of the new numbers of the sentence at *place*, which has *claims*."""
        sentence, numbers = self._article.sentences[place], self._numbers.new_of(self._article.sentences[place])
        if numbers and not claims:
            # What nobody in particular says in quotation marks is no fact.
            numbers = [each for each in numbers if each.place not in self._quotes[place].places]
        if not numbers:
            return 0.0
        is_quoted = self._quotes[place].share >= weights.MOSTLY_QUOTED
        tells_event = not is_quoted and background.tells_event(sentence.words, self._article.language.developments)
        steps = {name for each in sentence.steps for name in each.names}
        # Without words for steps, no sentence of a language tells an event.
        has_steps = bool(self._article.language.developments.steps)
        is_static = has_steps and not (tells_event or claims or sentence.days is not NO_DAYS or DEATH in steps)
        if sentence.at.field == "text" and is_static and not any(each.kind.startswith(weights.OF_EVENTS) for each in numbers):
            return 0.0
        is_count = any(each.kind == COUNT for each in numbers)
        is_toll = is_count and not steps.isdisjoint(TOLLS)
        is_small = all(each.bare_value <= weights.MAX_SMALL and each.bare_value.is_integer() for each in numbers)
        if is_toll:
            return weights.NEW_TOLL
        return weights.SMALL_NUMBER if is_small else weights.NEW_NUMBER

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

    def _new_names(self, place: int) -> Sequence[Name]:
        return self._names.new_of(self._article.sentences[place])

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
        is_below = place > self._lead
        return background.is_background(
            self._article, place, self._facts, is_below=is_below, is_said=bool(self._claims.get(place))
        )

    def _is_next_to_background(self, place: int) -> bool:
        """Return whether background surrounds a sentence: it goes on until a sentence has few new words."""
        sentences = self._article.sentences
        if any(self._background[place + 1 : place + 2]) and self._new_share(sentences[place + 1]) >= weights.MOSTLY_NEW:
            return True
        for before in range(place - 1, self._lead, -1):
            if self._new_share(sentences[before]) < weights.MOSTLY_NEW:
                return False
            if self._background[before]:
                return True
        return False

    def _is_analysis(self, place: int) -> bool:
        """Return whether an analyst speaks in a sentence, or is named."""
        sentence = self._article.sentences[place]
        return background.is_analysis(sentence.words, self._claims.get(place, ()), self._article.language.developments)

    def _is_of_analyst(self, place: int) -> bool:
        """Return whether a sentence gives what an analyst says who is named elsewhere."""
        analysts, claims = self._analysts, self._claims.get(place, ())
        return bool(analysts) and any(each.who and not analysts.isdisjoint(tokens(each.who)) for each in claims)
