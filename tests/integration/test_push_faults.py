"""Pushes that were accepted before a commit fails, a partition is lost, or the service restarts.

The tests make the ticks and commits.
"""

import gc
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.clock import utc
from monitor.feeds.partition_state import ACCEPT_SECONDS
from monitor.feeds.urls import feed_id
from monitor.feeds.websub.pushes import MAX_WAITING_BYTES
from monitor.messages import Feed, Websub
from tests.fakefeed import FakeFeed, rss
from tests.hub import FakeHub, ask
from tests.integration.subscribing import LOCAL
from tests.integration.ticked import TickedPoller, in_two_partitions, subscribed
from tests.running import until

SELDOM = replace(LOCAL, every=3600)


@asynccontextmanager
async def seldom_polled(fake: FakeFeed, folder: Path) -> AsyncIterator[tuple[TickedPoller, FakeHub, str]]:
    """Run a poller with the feed /a, which its hub has pushed, so that it is not polled for hours. Yield its topic too."""
    topic = fake.url("/a")
    async with subscribed(fake, folder, "/a") as (poller, made):
        assert await made.push(topic, rss("two")) == 202
        await poller.ticks_until(partial(poller.has, "two"))
        fake.responds("/a", rss("two", "one /a"), Link=f'<{made.url}>; rel="hub", <{topic}>; rel="self"')
        interval = poller.config.websub.poll_every
        # As if the poller had begun long ago.
        poller.state.first_tick_seconds -= 2 * ACCEPT_SECONDS
        await poller.ticks_until(lambda: poller.state.feeds[feed_id(topic)].interval == interval)
        await poller.tick()
        yield poller, made, topic


async def test_ticks_go_on_after_a_push_is_refused(fake: FakeFeed, tmp_path: Path) -> None:
    paths = [f"/{number}" for number in range(5)]
    limits = replace(LOCAL, every=3600, timeout=30, max_bytes=MAX_WAITING_BYTES)
    async with subscribed(fake, tmp_path, *paths, limits=limits) as (poller, made):
        size = MAX_WAITING_BYTES // 4
        # They differ, since a hub that sends the same again is not heard.
        sent = [await made.push(fake.url(path), path.encode() * (size // len(path))) for path in paths]
        assert sent == [202, 202, 202, 202, 503]
        await poller.tick()
        await poller.tick()


@pytest.mark.parametrize("reads", [False, True])
async def test_a_push_whose_commit_fails_is_published(fake: FakeFeed, tmp_path: Path, *, reads: bool) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        # The feed's own server does not have it yet.
        assert await made.push(topic, rss("three")) == 202
        if reads:
            await until(lambda: poller.tick(commits_articles=False))
        else:
            await poller.tick()
            poller.restore()
        await poller.ticks_until(partial(poller.has, "three"))
        for _ in range(5):
            await poller.tick()
        assert sorted(poller.titles()) == ["one /a", "three", "two"]


async def test_a_push_that_waits_while_the_service_restarts_is_published(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        assert await made.push(topic, rss("three")) == 202
    poller.restore()
    async with poller.service.lifespan():
        await poller.ticks_until(partial(poller.has, "three"))


async def test_a_feed_is_polled_less_while_its_hub_pushes_it(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        polls = fake.count("/a")
        for title in ("three", "four", "five"):
            assert await made.push(topic, rss(title)) == 202
            await poller.ticks_until(partial(poller.has, title))
        assert fake.count("/a") == polls


async def test_a_feed_is_polled_soon_if_the_key_of_its_subscription_is_lost(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, _, _):
        pass
    (tmp_path / poller.config.websub.key_file).write_text("none\n", encoding="ascii")
    poller.restore()
    polls = fake.count("/a")
    async with poller.service.lifespan():
        await poller.ticks_until(lambda: fake.count("/a") > polls)


async def test_a_new_poller_polls_a_feed_twice_since_the_former_one_may_have_accepted_a_push_after_the_first_poll(
    fake: FakeFeed, tmp_path: Path
) -> None:
    async with seldom_polled(fake, tmp_path) as (former, _, _):
        pass
    poller, polls = TickedPoller(former.config), fake.count("/a")
    poller.log = former.log
    poller.restore()
    async with poller.service.lifespan():
        await poller.ticks_until(lambda: fake.count("/a") >= polls + 2)


async def test_a_commit_that_fails_lets_no_feed_be_polled_of_which_nothing_was_to_be_published(
    fake: FakeFeed, tmp_path: Path
) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        polls = fake.count("/a")
        poller.restore()
        assert await made.push(topic, rss("three")) == 202
        await poller.ticks_until(partial(poller.has, "three"))
        assert fake.count("/a") == polls


async def test_a_feed_is_polled_soon_if_another_process_has_changed_its_state(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, _, topic):
        polls = fake.count("/a")
        (state,) = [each for each in poller.state.feeds.values() if each.id == feed_id(topic)]
        poller.log.append(replace(state, at=utc(), state="failing", reason="timeout", failures=1, error="timeout"))
        poller.restore()
        assert poller.state.feeds[state.id] != state
        await poller.ticks_until(lambda: fake.count("/a") > polls)


async def test_a_hub_asks_again_for_a_path_that_may_be_that_of_another_partition(fake: FakeFeed, tmp_path: Path) -> None:
    async with subscribed(fake, tmp_path, *in_two_partitions(fake), limits=SELDOM, partitions=2) as (poller, made):
        callback = next(iter(made.callbacks.values()))
        unknown = f"{callback.rpartition('/')[0]}/{'0' * 48}"
        statuses = []
        for owned in ({0, 1}, {0}, {0, 1}):
            poller.owned = owned
            await poller.tick()
            statuses.append((await ask(unknown, mode="subscribe", topic="x", challenge="x"))[0])
        assert statuses == [404, 503, 404]


async def test_pushes_of_all_partitions_are_published_after_an_outage(fake: FakeFeed, tmp_path: Path) -> None:
    paths = in_two_partitions(fake)
    async with subscribed(fake, tmp_path, *paths, limits=SELDOM, partitions=2) as (poller, made):
        assert [await made.push(fake.url(path), rss(f"pushed {path}")) for path in paths] == [202, 202]
        # For long there are no ticks: the bus is away, or the state of the other partition is restored.
        for state in poller.states:
            state.last_tick_seconds -= 10 * ACCEPT_SECONDS
        poller.restore()
        await poller.ticks_until(partial(poller.has, *(f"pushed {path}" for path in paths)))


async def test_a_feed_that_comes_back_from_another_process_is_polled_soon_if_its_push_was_lost(
    fake: FakeFeed, tmp_path: Path
) -> None:
    path, lost = in_two_partitions(fake)
    topic = fake.url(lost)
    async with subscribed(fake, tmp_path, path, lost, limits=SELDOM, partitions=2) as (poller, made):
        assert await made.push(topic, rss("pushed")) == 202
        poller.owned = {0}
        await poller.tick()
        assert await made.push(topic, rss("pushed")) == 503
        polls = fake.count(lost)
        # No other process has changed the state meanwhile.
        poller.states[1], poller.owned = poller.restored(1), {0, 1}
        await poller.tick()
        assert await made.push(topic, rss("pushed")) == 202, "the hub sends it again, and it is heard"
        await poller.ticks_until(partial(poller.has, "pushed"))
        await poller.ticks_until(lambda: fake.count(lost) > polls)
        assert fake.count(path) == 1


async def test_the_state_of_a_partition_that_another_process_has_is_not_kept(fake: FakeFeed, tmp_path: Path) -> None:
    paths = in_two_partitions(fake)
    async with subscribed(fake, tmp_path, *paths, limits=replace(LOCAL, every=0.01, floor=0.01), partitions=2) as (poller, _):
        poller.owned = {0}
        lost = weakref.ref(poller.states[1])
        poller.states = poller.states[:1]
        await poller.tick()

        def is_gone() -> bool:
            gc.collect()
            return lost() is None

        await poller.ticks_until(is_gone)
        poller.owned = set()
        lost = weakref.ref(poller.states[0])
        poller.states = []
        await poller.ticks_until(is_gone)


async def test_a_push_is_published_although_a_message_about_its_feed_has_failed(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        assert await made.push(topic, rss("three")) == 202
        await poller.leaves_out(Feed)
        assert not poller.has("three")
        await poller.leaves_out_no_more()
        await poller.ticks_until(partial(poller.has, "three"))
        assert sorted(poller.titles()) == ["one /a", "three", "two"]


async def test_a_poll_is_repeated_soon_if_a_message_about_its_feed_has_failed(fake: FakeFeed, tmp_path: Path) -> None:
    async with subscribed(fake, tmp_path, "/a", limits=SELDOM) as (poller, _):
        fake.responds("/a", rss("two", "one /a"))
        poller.ahead = timedelta(hours=1, minutes=10)
        await poller.leaves_out(Feed)
        assert not poller.has("two")
        await poller.leaves_out_no_more()
        await poller.ticks_until(partial(poller.has, "two"))


async def test_a_denial_is_told_although_a_message_about_its_feed_has_failed(fake: FakeFeed, tmp_path: Path) -> None:
    topic = fake.url("/a")
    async with subscribed(fake, tmp_path, "/a", limits=SELDOM) as (poller, made):
        assert (await ask(made.callbacks[topic], mode="denied", topic=topic, reason="not here"))[0] == 200
        await poller.leaves_out(Websub)
        assert poller.subscriptions() == ["verified"]
        await poller.leaves_out_no_more()
        await poller.ticks_until(lambda: poller.subscriptions() == ["denied"])


async def test_a_hub_is_asked_although_a_message_about_its_feed_has_failed(fake: FakeFeed, tmp_path: Path) -> None:
    async with subscribed(fake, tmp_path, "/a", limits=SELDOM) as (poller, made):
        # The lease of 1,000 seconds is to be renewed.
        poller.ahead = timedelta(seconds=900)
        await poller.leaves_out(Websub)
        assert len(made.requests) == 1
        await poller.leaves_out_no_more()
        await poller.ticks_until(lambda: len(made.requests) == 2)


async def test_an_article_that_is_pushed_as_the_feed_is_due_is_published_once(fake: FakeFeed, tmp_path: Path) -> None:
    async with subscribed(fake, tmp_path, "/a", limits=replace(LOCAL, every=20)) as (poller, made):
        assert await made.push(fake.url("/a"), rss("two")) == 202
        fake.responds("/a", rss("two", "one /a"))
        await poller.tick()
        await until(lambda: poller.state.finished)
        # The push ends in the tick in which the feed is due.
        poller.ahead = timedelta(seconds=30)
        await poller.ticks_until(partial(poller.has, "two"))
        (feed,) = poller.state.feeds.values()
        poller.ahead += timedelta(seconds=10)
        await poller.ticks_until(lambda: poller.state.feeds[feed.id].last_ok != feed.last_ok)
        assert sorted(poller.titles()) == ["one /a", "two"]


async def test_an_article_that_is_pushed_while_the_feed_is_polled_is_published_once(fake: FakeFeed, tmp_path: Path) -> None:
    async with subscribed(fake, tmp_path, "/a", limits=replace(LOCAL, every=20)) as (poller, made):
        fake.responds("/a", rss("two", "one /a"))
        poller.ahead = timedelta(seconds=30)
        await poller.tick()
        await until(lambda: poller.state.finished)
        assert await made.push(fake.url("/a"), rss("two")) == 202
        await poller.ticks_until(lambda: any(known.last_push for known in poller.state.websubs.values()))
        assert sorted(poller.titles()) == ["one /a", "two"]
