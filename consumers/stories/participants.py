"""Who and where: how much of an article's main entities a story has, and the other way round. Pure.

An entity counts as named by the other side if it has the entity, or the words of its name: a model may find a name in one
article and miss it in the next, and a later article may give a surname alone.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from consumers.stories.features import Features, telling_words
from consumers.stories.state import OpenStory, StoryState
from monitor.text import gazetteer
from monitor.text.tokens import tokens

KNOWN_WEIGHT = 0.5
"""The weight of an entity that the gazetteer has: a country or a large body takes part in many events, a new name in one."""
MAX_NAMES = 50_000
REFUSALS = frozenset({"namesake", "team"})
"""Why a place is not the known one of its name. Its id ends with the reason, which is no word of the name: place:japan team."""


@dataclass(frozen=True, slots=True)
class Participants:
    """What an article and a story share of their main entities, by weight. A share is None if there are none.

    *in_story* is the share of the article's main entities that the story names, and *in_article* the share of the story's that
    the article names. *others* is 1 if title and story are about others: it is the share of the title's entities that the story
    lacks, times the share of those of half of the story's articles that this one lacks.
    """

    in_story: float | None
    in_article: float | None
    others: float


NOT_COMPARED = Participants(None, None, 0.0)


@dataclass(frozen=True, slots=True)
class MainEntity:
    """A main entity of an article: its id, its weight, the words that tell its name, and whether the title has it."""

    ident: str
    weight: float
    words: Sequence[str]
    in_title: bool


def main_entities(state: StoryState, features: Features) -> list[MainEntity]:
    """Return the main entities of an article with *features*."""
    return [MainEntity(ident, _weight(state, ident), words, ident in features.titled) for ident, words in features.main.items()]


def compare(state: StoryState, features: Features, main: Sequence[MainEntity], candidate: OpenStory) -> Participants:
    """Return what an article with *features* and these *main* entities shares with *candidate*."""
    entities, terms = set(candidate.entities.numbers.tolist()), set(candidate.terms.numbers.tolist())
    named = [(each, _is_in_story(state, each, entities, terms)) for each in main]
    half = candidate.story.count / 2
    counted = [
        (count, count * _weight(state, ident), _is_in_article(ident, features))
        for ident, count in state.by_entity.counts(candidate.main).items()
    ]
    title = _share((each.weight, is_named) for each, is_named in named if each.in_title)
    stable = _share((weight, is_named) for count, weight, is_named in counted if count >= half)
    return Participants(
        in_story=_share((each.weight, is_named) for each, is_named in named),
        in_article=_share((weight, is_named) for _, weight, is_named in counted),
        others=0.0 if title is None or stable is None else (1 - title) * (1 - stable),
    )


def _weight(state: StoryState, ident: str) -> float:
    number = state.by_entity.numbers.get(ident)
    idf = state.log_stories - (float(state.by_entity.logs[number]) if number is not None else 0.0)
    return idf * (KNOWN_WEIGHT if ident in gazetteer.load() else 1.0)


def _is_in_story(state: StoryState, entity: MainEntity, entities: Collection[int], terms: Collection[int]) -> bool:
    if state.by_entity.numbers.get(entity.ident, -1) in entities:
        return True
    numbers = state.by_term.numbers
    return bool(entity.words) and all(numbers.get(word, -1) in terms for word in entity.words)


def _is_in_article(ident: str, features: Features) -> bool:
    if ident in features.entities:
        return True
    words = _words_of(ident)
    return bool(words) and all(word in features.terms for word in words)


@lru_cache(MAX_NAMES)
def _words_of(ident: str) -> Sequence[str]:
    """Return the words that tell the name in an id such as "person:kim jong un"; none for a Wikidata id."""
    kind, _, name = ident.partition(":")
    words = tokens(name)
    if kind == "place" and words[-1:] and words[-1] in REFUSALS:
        words = words[:-1]
    return telling_words(kind, words)


def _share(weights: Iterable[tuple[float, bool]]) -> float | None:
    """Return the share of the weights that are marked; None if there is no weight."""
    total = marked = 0.0
    for weight, is_marked in weights:
        total += weight
        marked += weight * is_marked
    return marked / total if total > 0 else None
