"""The sentences of an article that are developments of its story, those that add most first. Pure."""

from collections.abc import Collection
from datetime import timedelta

from consumers.stories.developments import background, weights
from consumers.stories.developments.facts import ArticleFacts
from consumers.stories.developments.known import KnownFacts
from consumers.stories.developments.scores import SentenceScorer
from monitor.messages import ArticleTopics, Development

MAX_DEVELOPMENTS = 3
MAX_WORDS_CHARS = 300


def make_scorer(
    message: ArticleTopics, article: ArticleFacts, known: KnownFacts, entities: Collection[str], *, gap: timedelta
) -> SentenceScorer | None:
    """Return what scores the sentences of an article, as `find_developments` has it; None if it gives its author's opinion."""
    if not article.sentences or background.is_column(message.article.title, article.language.developments):
        return None
    if background.gives_opinion([each for each in article.sentences if each.at.field == "text"]):
        return None
    return SentenceScorer(message, article, known, entities, gap=gap)


def find_developments(
    message: ArticleTopics, article: ArticleFacts, known: KnownFacts, entities: Collection[str], *, gap: timedelta
) -> tuple[Development, ...]:
    """Return the sentences with what the *article* of *message* adds to a story with the facts *known*.

    *entities* are the ids of those that the story names. *gap* is the time since the latest article of the story.
    At most MAX_DEVELOPMENTS are returned, those that add most first, and the title last.
    """
    scorer = make_scorer(message, article, known, entities, gap=gap)
    if scorer is None:
        return ()
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
