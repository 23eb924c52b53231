"""What is named more than usual, and the stories that name an entity."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.config.durations import parse_duration
from monitor.escape import printable
from page.index import read_title
from page.index.mentions import begin_of, count_stories, mentions_of, most_named, stories_with
from page.site import Site
from page.views.trends import RULES, Trend, make_trend, order

MAX_ENTITIES = 60
MAX_STORIES = 50
KEPT_SECONDS = 30
"""How long the trends are kept, in seconds: those of 100,000 articles take longer than a page should."""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story that names an entity: its title, how many of its articles do, and the time of the latest."""

    id: str
    title: str
    count: int
    last: datetime
    has_page: bool


@dataclass(frozen=True, slots=True)
class EntityPage:
    """The trend of an entity over seven days, the latest stories that name it, and how many do."""

    trend: Trend
    stories: tuple[StoryLine, ...]
    story_count: int


async def recent_trends(site: Site, period: str) -> list[Trend]:
    """Return the trends of *period*, which may be KEPT_SECONDS old."""
    part = int(site.clock().timestamp() // KEPT_SECONDS)
    if period not in site.trends or site.trends[period][0] != part:
        site.trends[period] = part, await asyncio.to_thread(read_trends, site, period)
    return site.trends[period][1]


def read_trends(site: Site, period: str) -> list[Trend]:
    """Return the trends of *period* as they are now."""
    now, rule = site.clock(), RULES[period]
    begin = _begin(site, now)
    since = (now - parse_duration(rule.within)).timestamp()
    named = most_named(site.index, since, now.timestamp(), MAX_ENTITIES)
    return order([make_trend(each, rule, begin, now) for each in named])


def read_entity(site: Site, entity: str) -> EntityPage | None:
    """Return what is known of *entity*; None if no article of the log names it."""
    mentions, now = mentions_of(site.index, entity), site.clock()
    if mentions is None:
        return None
    stories = tuple(_story_line(site, *each) for each in stories_with(site.index, entity, MAX_STORIES))
    trend = make_trend(mentions, RULES["7d"], _begin(site, now), now)
    return EntityPage(trend, stories, count_stories(site.index, entity))


def _story_line(site: Site, story: str, count: int, last: float) -> StoryLine:
    entry = site.follower.records.entries.get(story)
    known = site.follower.records.stories.get(story)
    title = known.title if known else read_title(site.index, story)
    return StoryLine(story, printable(title), count, datetime.fromtimestamp(last, UTC), entry is not None)


def _begin(site: Site, now: datetime) -> datetime:
    first = begin_of(site.index)
    return now if first is None else datetime.fromtimestamp(first, UTC)
