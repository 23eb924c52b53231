"""A story about a ferry, and what the stories service says that further articles add to it."""

from monitor.messages import ArticleStories, ArticleTopics, Development, Language
from tests.make import START, article
from tests.unit.stories.service import RunningStories

TITLE = "Ferry sinks off Salu island"
TEXT = (
    "Nine people died when a wooden ferry sank off the island of Salu late on Monday, the coastguard said. "
    "The boat was carrying eighty passengers from the market town of Meru. "
    "Fishermen pulled sixty-one people from the water. The captain survived and is being questioned."
)
RETOLD = (
    "A wooden ferry with some 80 passengers from the market town of Meru has sunk off Salu island. "
    "Nine people lost their lives late on Monday, according to the coastguard. "
    "Sixty-one were pulled from the water by fishermen. The captain is among the survivors."
)
NEWS = "The coastguard has now counted fourteen dead."


def message(ident: str, title: str, text: str, *, minutes: float = 0, language: str = "en", **fields: object) -> ArticleTopics:
    """An article fetched *minutes* after START, in a story with those of similar words."""
    made = article(title, text, minutes=minutes, id=ident, outlet=f"outlet of {ident}", **fields)
    return ArticleTopics(made, {"received": START}, Language(language, 1.0), (), (), ())


def developments(service: RunningStories, topics: ArticleTopics) -> tuple[Development, ...]:
    """What the service says that an article adds to its story."""
    service.now = max(service.now, topics.article.fetched)
    (placed,) = (each for each in service.process(topics) if isinstance(each, ArticleStories))
    return placed.developments


def ferry_service() -> RunningStories:
    """A service with a story of one article."""
    running = RunningStories()
    assert developments(running, message("a", TITLE, TEXT)) == ()
    return running
