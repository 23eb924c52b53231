"""The messages: one frozen dataclass per stream. The schema of the stream describes every field."""

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
    extend,
    health_of,
)
from monitor.messages.base import Message
from monitor.messages.deliveries import DeadLetter, Delivery
from monitor.messages.feeds import Feed, ItemState, Moved, Rhythm, Trouble
from monitor.messages.processes import Process, RunningService
from monitor.messages.stories import Sketch, Story

MESSAGES: tuple[type[Message], ...] = (
    Feed,
    ArticleRaw,
    ArticleEntities,
    ArticleTopics,
    ArticleStories,
    Story,
    Alert,
    Held,
    Volume,
    Delivery,
    Process,
)
"""newsmonitor's own messages. DeadLetter is not one of them: the value of a dead letter is a message of another stream."""


__all__ = [
    "HEALTH",
    "MESSAGES",
    "Alert",
    "Article",
    "ArticleEntities",
    "ArticleRaw",
    "ArticleStories",
    "ArticleTopics",
    "Bucket",
    "Claim",
    "Clause",
    "DeadLetter",
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
    "Process",
    "Reason",
    "Report",
    "Rhythm",
    "RunningService",
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
    "extend",
    "health_of",
]
