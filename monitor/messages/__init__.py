"""The messages: one frozen dataclass for each schema, which describes every field."""

from collections.abc import Mapping

from monitor.messages.alerts import Alert, Bucket, Clause, Held, Reason, Report, Severity, Voice, Volume
from monitor.messages.articles import (
    HEALTH,
    Article,
    ArticleEntities,
    ArticleRaw,
    ArticleStories,
    ArticleTopics,
    Claim,
    Edit,
    Enclosure,
    Entity,
    EntityType,
    Language,
    Source,
    Span,
    Stamps,
    Stance,
    StoryMembership,
    Topic,
    health_of,
)
from monitor.messages.deliveries import Dead, Delivery
from monitor.messages.feeds import Feed, ItemState, Moved, Rhythm, Trouble
from monitor.messages.stories import Sketch, Story

Message = ArticleRaw | ArticleEntities | ArticleTopics | ArticleStories | Story | Alert | Held | Volume | Delivery | Feed
"""What is carried as a record's value."""

STREAM: Mapping[type, str] = {
    ArticleRaw: "article.raw.v1",
    ArticleEntities: "article.entities.v1",
    ArticleTopics: "article.topics.v1",
    ArticleStories: "article.stories.v1",
    Story: "story.v1",
    Alert: "alert.v1",
    Held: "held.v1",
    Volume: "volume.v1",
    Delivery: "delivery.v1",
    Feed: "feed.v1",
    Dead: "dead.v1",
}
"""The stream of each class of message."""


__all__ = [
    "HEALTH",
    "STREAM",
    "Alert",
    "Article",
    "ArticleEntities",
    "ArticleRaw",
    "ArticleStories",
    "ArticleTopics",
    "Bucket",
    "Claim",
    "Clause",
    "Dead",
    "Delivery",
    "Edit",
    "Enclosure",
    "Entity",
    "EntityType",
    "Feed",
    "Held",
    "ItemState",
    "Language",
    "Message",
    "Moved",
    "Reason",
    "Report",
    "Rhythm",
    "Severity",
    "Sketch",
    "Source",
    "Span",
    "Stamps",
    "Stance",
    "Story",
    "StoryMembership",
    "Topic",
    "Trouble",
    "Voice",
    "Volume",
    "health_of",
]
