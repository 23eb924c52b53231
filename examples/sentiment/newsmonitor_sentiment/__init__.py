"""A service that rates the sentiment of English articles by word lists."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, ClassVar

from monitor.bus.streams import Stream
from monitor.config import Config
from monitor.config.extensions import Section
from monitor.messages import ArticleEntities, Message
from monitor.runtime.service import Service
from monitor.text.tokens import tokens


@dataclass(frozen=True, slots=True)
class SentimentConfig:
    """The section [sentiment] of monitor.toml: single words in lower case."""

    positive: tuple[str, ...] = ("agreement", "peace", "rescued", "record", "success")
    negative: tuple[str, ...] = ("attack", "crash", "killed", "shortage", "war")


@dataclass(frozen=True, slots=True)
class Sentiment(Message):
    """The sentiment of an article: a score from -1 (negative) to 1 (positive)."""

    STREAM: ClassVar[Stream] = Stream("sentiment.v1")

    article: str
    version: int
    score: float

    @property
    def key(self) -> str:
        """The article's id."""
        return self.article

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """See Message."""
        return _load("sentiment.v1.json")


def make(config: Callable[[], Config]) -> Service[ArticleEntities, None]:
    """Return the service. It has no state."""

    def step(_: None, message: ArticleEntities) -> Iterator[Sentiment]:
        if message.language.code == "en":
            article, lists = message.article, config().section(SentimentConfig)
            yield Sentiment(article.id, article.version, rate(f"{article.title} {article.text}", lists))

    return Service("sentiment", reads, step, fresh=lambda _: None)


def check(config: Config) -> list[str]:
    """Return the problems of the section that its schema cannot express."""
    lists = config.section(SentimentConfig)
    both = sorted(set(lists.positive) & set(lists.negative))
    return [f"sentiment: {word!r} is both positive and negative; remove one" for word in both]


def rate(text: str, lists: SentimentConfig) -> float:
    """Return (positive - negative) / (positive + negative), by the counts of words in *text*; 0 if it has none of them."""
    words = tokens(text)
    positive, negative = (sum(word in listed for word in words) for listed in (set(lists.positive), set(lists.negative)))
    return round((positive - negative) / (positive + negative), 3) if positive + negative else 0.0


def _load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((files(__name__) / name).read_text(encoding="utf-8"))
    return data


reads = ArticleEntities
messages = (Sentiment,)
sections = (Section("sentiment", SentimentConfig, _load("section.json")),)
