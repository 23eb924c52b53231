"""The stories service: joins articles that tell the same story."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from consumers.stories.placed_article import PlacedArticle
from monitor.clock import Clock, utc
from monitor.config import Config
from monitor.messages import ArticleStories, ArticleTopics, Story, health_of
from monitor.runtime.measures import gauge
from monitor.runtime.service import Service

if TYPE_CHECKING:
    from consumers.stories.state import StoryState

FULL = (
    "as many stories are open as stories.max_open allows, so the oldest take no more articles: raise it, or lower stories.days"
)
"""What is told while the state is full."""

reads = ArticleTopics


def make(config: Callable[[], Config]) -> "Service[ArticleTopics, StoryState]":
    """Return the service. Its state is the fold of its own output, limited to the stories that were opened lately."""
    from consumers.stories.assign import assign, assign_alone
    from consumers.stories.reading import read_article
    from consumers.stories.state import StoryState

    clock = utc

    def use_clock(loop_clock: Clock) -> None:
        nonlocal clock
        clock = loop_clock

    def window() -> timedelta:
        return timedelta(days=config().stories.days)

    def step(state: StoryState, message: ArticleTopics) -> Iterable[ArticleStories | Story]:
        if health_of(message.article):
            return [assign_alone(message)]
        features, facts = read_article(message)
        return assign(state, message, features, window(), clock(), facts)

    def apply(state: StoryState, output: Story | ArticleStories | PlacedArticle) -> None:
        state.max_stories = config().stories.max_open
        if isinstance(output, Story) or not health_of(output.article):
            state.apply(output, clock(), window())

    return Service(
        "stories",
        ArticleTopics,
        step,
        fresh=lambda _: StoryState(),
        apply=apply,
        restores=(Story, PlacedArticle),
        keep=lambda: timedelta(days=config().stories.kept_days),
        use_clock=use_clock,
        lifespan=_prepared,
        trouble=lambda states: FULL if any(state.is_full for state in states) else None,
        measures=lambda states: [gauge("stories_open", "Stories in memory.", sum(len(state.by_id) for state in states))],
    )


@asynccontextmanager
async def _prepared() -> AsyncIterator[None]:
    """Load the words by which sources are told apart. Else the first article would hold the event loop for it."""
    from monitor.origins import load_words

    await asyncio.to_thread(load_words)
    yield


def check(config: Config) -> list[str]:
    """Return a problem if the streams of *config* keep messages for too short a time."""
    least = config.stories.kept_days
    if config.streams.days >= least:
        return []
    return [f"streams.days: stories stay open for {config.stories.days:g} days; set at least {least:g}"]
