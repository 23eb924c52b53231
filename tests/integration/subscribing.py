"""A feed that names a hub, and the poller that subscribes to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.bus import Bus
from monitor.config import Config, FetchConfig
from monitor.feeds import service as poller_service
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.websub import lifecycle
from monitor.feeds.websub.links import Advertised
from monitor.messages import Feed, Websub
from monitor.runtime.service import Service
from tests.bus import read_all, read_articles
from tests.fakefeed import FakeFeed, rss
from tests.hub import FakeHub
from tests.running import until

LOCAL = FetchConfig(every=0.2, floor=0.2, spacing=0, timeout=2, max_bytes=100_000, allow_networks=("127.0.0.0/8",))


@dataclass
class Setting:
    """A feed /a that names a hub, a bus, and the config of a poller."""

    fake: FakeFeed
    hub: FakeHub
    bus: Bus
    config: Config

    @property
    def topic(self) -> str:
        """The URL of the feed."""
        return self.fake.url("/a")

    def has(self, *titles: str, topic: str = "", hub: str = "") -> None:
        """Let the feed have items with these titles."""
        link = f'<{hub or self.hub.url}>; rel="hub", <{topic or self.topic}>; rel="self"'
        self.fake.responds("/a", rss(*titles), Link=link)

    def poller(self) -> Service[Feed, PartitionState]:
        """Return a poller with the config as it is."""
        return poller_service.make(lambda: self.config)

    async def state(self) -> Websub | None:
        """Return the newest state of the subscription."""
        states = await read_all(self.bus, Websub)
        return states[-1] if states else None

    async def reaches(self, condition: Callable[[Websub], object]) -> Websub:
        """Return the state of the subscription once *condition* is true of it."""

        async def reached() -> Websub | None:
            state = await self.state()
            return state if state and condition(state) else None

        found: Websub = await until(reached)
        return found

    async def subscribed(self) -> Websub:
        """Return the state once the hub has verified the subscription."""
        await until(lambda: self.topic in self.hub.callbacks)
        return await self.reaches(lambda state: state.state == "verified")

    async def titles(self) -> list[str]:
        """Return the titles of all articles that were published."""
        return sorted(message.article.title for message in await read_articles(self.bus))

    async def has_titles(self, *titles: str) -> bool:
        """Return whether articles with these titles were published, each once."""
        return await self.titles() == sorted(titles)


def pushed(feed_id: str, now: datetime) -> Websub:
    """Return the subscription of a feed that its hub has pushed at *now*."""
    found = Advertised(("https://hub.example.org/",), f"https://{feed_id}")
    begun = lifecycle.after_poll(None, feed_id, found, "address", lambda: "nonce", now)
    assert begun
    return lifecycle.after_push(lifecycle.after_verification(lifecycle.ask(begun, now, 0.5), 864000, 864000, now, 0.5), now)
