"""What of the secrets of a feed's URL gets into the messages of its polls."""

from dataclasses import replace

import pytest

from monitor.config import FeedConfig, FetchConfig
from monitor.feeds.configured import id_of, shown_url
from monitor.feeds.feed_state import MOVE_DAYS, current_url, initial_state
from monitor.feeds.fetching.fetch import Response
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import PollResult
from monitor.feeds.results import process_result
from monitor.feeds.secrets import feed_scrubber, without_secrets
from monitor.messages import Moved
from monitor.messages.codec import encode
from tests.make import START


def test_the_path_that_a_private_feed_has_moved_to_is_not_stored() -> None:
    config = FeedConfig("https://desk.example/ours", private=True)
    previous = initial_state(id_of(config), shown_url(config), 300, START)
    response = Response(config.url, None, "", None, None, START, moved="https://new.example/our/desk")
    update = process_result(PollResult(response), previous, previous, config, FetchConfig(), START)
    assert update.state.moved
    assert update.state.moved.url == "https://new.example/***"


def test_a_validator_with_a_secret_is_not_stored() -> None:
    config = FeedConfig("https://desk.example/?token=hunter2x")
    state = initial_state(id_of(config), shown_url(config), 300, START)
    state = replace(state, title="Feed of hunter2x", etag='"hunter2x-7"', modified="Thu, 26 Nov 2026 09:00:00 GMT")
    published = without_secrets(state, lambda _: feed_scrubber(config))
    assert published == replace(state, title="Feed of ***", etag=None)


@pytest.mark.parametrize("host", ["auth", "0f3a5c7e1b2d4e6f.cdn.example", "xn--mgberp4a5d4a87g.example"])
def test_a_feed_keeps_its_state_whatever_its_host_looks_like(host: str) -> None:
    config = FeedConfig(f"https://{host}/world.rss")
    state = PartitionState(lambda _: True)
    published = replace(initial_state(id_of(config), config.url, 300, START), title="World")
    state.apply(published)
    assert state.feeds == {id_of(config): published}


def test_an_earlier_state_of_a_feed_is_used_without_the_secrets_in_it() -> None:
    config = FeedConfig("https://desk.example/token/hunter2x/rss?key=hunter2y")
    stored = initial_state("desk.example/token/hunter2x/rss" + id_of(config)[-17:], config.url, 300, START)
    stored = replace(stored, moved=Moved("https://new.example/?token=hunter2z", MOVE_DAYS, START), last_ok=START)
    state = PartitionState(lambda _: True)
    state.apply(stored)
    feed = state.current(id_of(config), config, START)
    assert (feed.url, feed.last_ok) == (shown_url(config), START)
    assert "hunter2" not in encode(feed).value.decode()
    assert current_url(config.url, feed) == config.url
