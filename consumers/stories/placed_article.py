"""The part of an article's record that the state of the stories service is restored from.

The texts, names and claims of all articles of the last days are not decoded for it, which takes most of the time.
"""

from dataclasses import dataclass
from typing import ClassVar

from monitor.bus.streams import Stream
from monitor.messages import ArticleStories
from monitor.messages.base import Message


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """The fields of Article by which its story knows it."""

    id: str
    outlet: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryPart:
    """The id of the article's story."""

    id: str


@dataclass(frozen=True, slots=True)
class PlacedArticle(Message):
    """A part of ArticleStories, for reading. The whole record must conform to its schema all the same."""

    STREAM: ClassVar[Stream] = ArticleStories.STREAM

    article: ArticlePart
    story: StoryPart

    @property
    def key(self) -> str:
        """See Message."""
        return self.article.id
