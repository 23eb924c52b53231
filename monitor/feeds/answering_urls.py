"""The URLs that answered last, where a server redirects, and what replaces their secrets."""

from collections.abc import Mapping

from monitor.config import FeedConfig
from monitor.feeds.secrets import feed_scrubber, response_scrubber
from monitor.scrubbing import Scrubber


class AnsweringUrls:
    """The URL that answered last of each feed, if it is not the configured one, with what replaces the secrets of both."""

    def __init__(self) -> None:
        self._urls: dict[str, tuple[str, Scrubber | None]] = {}
        self._feed_configs: Mapping[str, FeedConfig] = {}

    def use(self, feed_configs: Mapping[str, FeedConfig]) -> None:
        """Forget the feeds that are not in *feed_configs*, and the secrets of former URLs."""
        self._feed_configs = feed_configs
        former, self._urls = self._urls, {}
        for feed_id in former.keys() & feed_configs.keys():
            self.record(feed_id, feed_configs[feed_id], former[feed_id][0])

    def record(self, feed_id: str, feed_config: FeedConfig, url: str) -> None:
        """Record the *url* that answered. A server may redirect to another token at each poll: only the last one is kept."""
        if url == feed_config.url:
            self._urls.pop(feed_id, None)
        elif feed_id not in self._urls or self._urls[feed_id][0] != url:
            self._urls[feed_id] = url, response_scrubber(feed_config, url)

    def get(self, feed_id: str) -> str | None:
        """Return the URL that answered last; None if it is the configured one, or is not known."""
        return self._urls[feed_id][0] if feed_id in self._urls else None

    def scrubber(self, feed_id: str) -> Scrubber | None:
        """Return what replaces the secrets of the feed's URLs; None if they have none, or it is not in the config."""
        if (feed_config := self._feed_configs.get(feed_id)) is None:
            return None
        return self._urls[feed_id][1] if feed_id in self._urls else feed_scrubber(feed_config)
