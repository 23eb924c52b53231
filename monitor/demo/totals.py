"""What has come out of the services so far, for the view."""

from dataclasses import dataclass, field

from monitor.messages import Alert, ArticleStories


@dataclass
class Totals:
    """What has come out so far."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    versions: list[Alert] = field(default_factory=list)
    latest: list[ArticleStories] = field(default_factory=list)
    articles: int = 0
    stories: set[str] = field(default_factory=set)
