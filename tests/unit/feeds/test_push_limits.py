"""How many pushes are read at once, and which requests to hubs hold a place of their host."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.config import Config, FeedConfig, FetchConfig, WebsubConfig
from monitor.feeds.feed_state import initial_state
from monitor.feeds.fetching.fetch import Response
from monitor.feeds.in_flight import MAX_PUSHES, InFlightPolls
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import open_client
from monitor.feeds.urls import raw_host
from monitor.feeds.websub import lifecycle
from monitor.feeds.websub.links import Advertised
from monitor.feeds.websub.pushes import Pushes
from monitor.feeds.websub.subscriber import Subscriber
from monitor.http.connector import session
from monitor.http.host_limits import HostLimits
from tests.make import START
from tests.ports import unused_port
from tests.running import until

LIMITS = FetchConfig(per_host=1, spacing=0)
HUB = "https://hub.example.org/"


async def test_many_pushes_leave_room_for_polls() -> None:
    hosts, state = HostLimits(lambda: 0.5), PartitionState(lambda _: True)
    async with open_client(lambda: (), hosts, lambda: START) as client:
        in_flight = InFlightPolls(client, hosts)
        assert [in_flight.room_for_pushes(limit) for limit in (256, 10, 1)] == [MAX_PUSHES, 5, 1]
        for number in range(MAX_PUSHES):
            feed_config = FeedConfig(f"https://example.org/{number}")
            response = Response(feed_config.url, b"<rss/>", "", None, None, START)
            previous = initial_state(f"example.org/{number}", feed_config.url, 60, START)
            in_flight.start_push(state, response, feed_config, previous, LIMITS)
        assert in_flight.room_for_pushes(256) == 0
        assert in_flight.has_room(256)
        await in_flight.cancel()


@asynccontextmanager
async def listening(folder: Path, hosts: HostLimits) -> AsyncIterator[Subscriber]:
    """Run a subscriber until the context ends."""
    websub = WebsubConfig("https://news.example.org/websub", f"127.0.0.1:{unused_port()}")
    config = Config(fetch=LIMITS, websub=websub, folder=folder)
    made = Subscriber(lambda: config, hosts, lambda: 0.5, lambda: START, Pushes(), lambda: True)
    async with session(lambda: ()) as http, made.lifespan(http):
        await until(lambda: made.is_listening)
        yield made


def pending(feed_id: str) -> PartitionState:
    """Return a partition with this feed alone, whose hub is to be asked."""
    state = PartitionState(lambda key: key == feed_id)
    known = lifecycle.after_poll(None, feed_id, Advertised((HUB,), f"https://{feed_id}"), "address", lambda: "nonce", START)
    assert known
    state.apply(known)
    state.last_tick_seconds = asyncio.get_running_loop().time()
    return state


def is_free(hosts: HostLimits) -> bool:
    return hosts.earliest_start(raw_host(HUB), LIMITS, START) == START


@pytest.mark.parametrize("commits", [0, 1])
async def test_a_request_that_ends_with_the_service_leaves_its_place(tmp_path: Path, commits: int) -> None:
    hosts = HostLimits(lambda: 0.5)
    async with listening(tmp_path, hosts) as made:
        state = pending("example.org/a")
        (asked,) = made.tick(state, {"example.org/a"}, START)
        assert asked.asked == START
        assert not is_free(hosts)
        if commits:
            state.apply(asked)
            assert not list(made.tick(state, {"example.org/a"}, START))
    assert is_free(hosts)


async def test_a_request_of_a_lost_partition_leaves_its_place(tmp_path: Path) -> None:
    hosts = HostLimits(lambda: 0.5)
    async with listening(tmp_path, hosts) as made:
        lost, state = pending("example.org/a"), PartitionState(lambda _: False)
        assert len(list(made.tick(lost, {"example.org/a"}, START))) == 1
        assert not list(made.tick(state, (), START))
        assert not is_free(hosts)
        made.keep(lambda _: False)
        assert is_free(hosts)
