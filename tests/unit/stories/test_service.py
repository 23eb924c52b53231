"""The stories service in the loop, over a real bus."""

from pathlib import Path

from consumers.stories import service as stories
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.clock import Clock
from monitor.config import Config
from monitor.messages import ArticleStories, ArticleTopics, Story
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.make import START
from tests.running import running, until
from tests.unit.stories.service import DAY, topics_message

TRAIN = "armoured train carrying president left capital toward border summit"


async def is_done(bus: Bus) -> bool:
    """Return whether the service has read all articles."""
    return await bus.lag("stories", ArticleTopics.STREAM.name) == 0


async def test_a_restarted_service_goes_on_with_its_stories_by_the_clock_of_the_loop(tmp_path: Path) -> None:
    async def process(clock: Clock, *messages: ArticleTopics) -> list[str]:
        """Run the service until it has processed *messages*. Return the story of each article so far."""
        async with connect(f"sqlite:{tmp_path / 'bus.db'}") as bus, running(bus, stories.make(Config), clock=clock):
            await bus.publish([encode(message) for message in messages])
            await until(lambda: is_done(bus))
            assert {story.opened for story in await read_all(bus, Story)} <= {START, START + 5 * DAY}
            return [message.story.id for message in await read_all(bus, ArticleStories)]

    first = topics_message("train", TRAIN, START)
    future = topics_message("future", "storm floods harbour villages while rescuers search", START.replace(year=2099))
    (_, future_story) = await process(lambda: START, first, future)
    retold = topics_message("retold", f"{TRAIN} again", START)
    assert await process(lambda: START, retold) == ["train", future_story, "train"]
    edited = topics_message("train", TRAIN, START + 5 * DAY, version=2)
    assert (await process(lambda: START + 5 * DAY, edited))[-1].startswith("train.")
