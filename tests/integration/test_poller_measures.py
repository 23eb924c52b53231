"""The poller counts its feeds and its polls for /metrics."""

from collections.abc import Mapping

from monitor.bus import Bus
from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds import service as poller_service
from monitor.runtime.health import Health
from tests.fakefeed import FakeFeed
from tests.running import running, until

LOCAL = FetchConfig(every=1, spacing=0, timeout=2, allow_networks=("127.0.0.0/8",))


def config(fake: FakeFeed, *paths: str) -> Config:
    return Config(fetch=LOCAL, feeds=tuple(FeedConfig(fake.url(path), name="Fake") for path in paths))


def measured(health: Mapping[str, Health], name: str) -> Mapping[tuple[str, ...], float]:
    return {measure.name: measure.values for measure in health["poller"].measures()}.get(name, {})


async def test_feeds_are_counted_by_state_and_polls_by_result(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/good", "one", etag='"1"')
    fake.responds("/lost", "", status=404)
    current = config(fake, "/good", "/lost")
    async with running(bus, poller_service.make(lambda: current)) as health:
        wanted = {("new", "none"): 0, ("ok", "none"): 1, ("failing", "http_404"): 1}
        await until(lambda: measured(health, "feeds") == wanted)
        await until(lambda: measured(health, "polls").get(("unchanged",)))
        polls = measured(health, "polls")
        assert polls["changed",] == 1
        assert polls["http_404",] >= 1
        assert measured(health, "worker_starts")[()] >= 1
        current = config(fake, "/good", "/new")
        fake.responds_slowly("/new", b" ", 1)
        await until(lambda: measured(health, "feeds") == {("new", "none"): 1, ("ok", "none"): 1})


async def test_a_service_that_owns_no_partition_counts_no_feeds() -> None:
    (feeds, *_) = poller_service.make(Config).measures([])
    assert feeds.values == {}
