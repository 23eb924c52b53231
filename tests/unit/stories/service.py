"""Run the stories service over articles at chosen times, with the log that it would have on a bus."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from consumers.stories import service as stories
from consumers.stories.state import StoryState
from monitor.bus import Partition, Record
from monitor.config import Config
from monitor.messages import ArticleStories, ArticleTopics, Claim, Entity, Language, Message, Story
from monitor.messages.codec import decode, encode
from tests.make import START, article

DAY = timedelta(days=1)


def topics_message(
    ident: str,
    words: str,
    at: datetime,
    version: int = 1,
    entities: tuple[Entity, ...] = (),
    claims: tuple[Claim, ...] = (),
) -> ArticleTopics:
    """Return version *version* of the article *ident*, fetched *at*."""
    text = article(words, words, id=ident, version=version, fetched=at, outlet=f"outlet of {ident}")
    return ArticleTopics(text, {"received": START}, Language("en", 1.0), entities, claims, ())


@dataclass
class RunningStories:
    """The service with its state, its log and a clock that only the test sets."""

    config: Config = field(default_factory=Config)
    now: datetime = START
    log: list[tuple[datetime, Message]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start with an empty log."""
        self.service = stories.make(lambda: self.config)
        self.service.use_clock(lambda: self.now)
        self.state: StoryState = self.service.fresh(lambda _: True)

    def publish(
        self, ident: str, words: str, at: datetime | None = None, version: int = 1, claims: tuple[Claim, ...] = ()
    ) -> list[Message]:
        """Process an article that was fetched *at*, or now. Return the output, after it was encoded and decoded."""
        return self.process(topics_message(ident, words, at or self.now, version, claims=claims))

    def process(self, message: ArticleTopics) -> list[Message]:
        """Process *message*. Return the output, after it was encoded and decoded."""
        outputs = list(cast("Iterable[Message]", self.service.step(self.state, message)))
        for output in outputs:
            self.service.apply(self.state, output)
        self.log += [(self.now, _stored(output)) for output in outputs]
        return [output for _, output in self.log[-len(outputs) :]]

    def story_of(self, ident: str, words: str, at: datetime | None = None, version: int = 1) -> str:
        """Process an article. Return the id of its story."""
        (assigned,) = (each for each in self.publish(ident, words, at, version) if isinstance(each, ArticleStories))
        return assigned.story.id

    def restored(self, *, compacted: bool) -> StoryState:
        """Return the state that a restart would restore. The log of stories may be *compacted*."""
        assert self.service.keep
        state = self.service.fresh(lambda _: True)
        since = self.now - self.service.keep()
        for kind in self.service.restores:
            of_stream = [message for at, message in self.log if message.STREAM is kind.STREAM and at >= since]
            records = [_stored(message, kind) for message in of_stream]
            newest = {message.key: number for number, message in enumerate(records)}
            for number, message in enumerate(records):
                if not compacted or kind is not Story or newest[message.key] == number:
                    self.service.apply(state, message)
        return state


def contents(state: StoryState) -> object:
    """Return all of *state* that decides the stories of further articles, to be compared."""
    stories_by_id = {
        ident: (state.story(each), each.opened, each.outlets, sorted(each.articles)) for ident, each in state.by_id.items()
    }
    indexes, count = (state.by_term, state.by_entity), len(state.by_id)
    orders = [{term: [state.added[each] for each in index.newest(term, count)] for term in index.numbers} for index in indexes]
    logs = [{term: index.logs[number] for term, number in index.numbers.items()} for index in indexes]
    return stories_by_id, state.story_of, orders, logs, sorted(state.by_age)


def _stored(message: Message, kind: type[Message] | None = None) -> Message:
    """Return *message* as a reader of the class *kind* gets it, by default of its own class."""
    record = encode(message)
    return decode(kind or type(message), Record(Partition(record.stream, 0), 0, 0.0, record.key, record.value, record.headers))
