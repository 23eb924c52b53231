"""What of the secrets of a feed's URL gets into the messages of its polls."""

from dataclasses import replace

import pytest

from monitor.config import FeedConfig, FetchConfig
from monitor.feeds.configured import id_of, shown_url
from monitor.feeds.feed_state import initial_state
from monitor.feeds.fetching.fetch import Response
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import PollResult
from monitor.feeds.results import process_result
from monitor.feeds.secrets import feed_scrubber, without_secrets
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
    published = without_secrets(state, lambda _: feed_scrubber(config, config.url))
    assert published == replace(state, title="Feed of ***", etag=None)


@pytest.mark.parametrize("host", ["auth", "0f3a5c7e1b2d4e6f.cdn.example", "xn--mgberp4a5d4a87g.example"])
def test_a_feed_keeps_its_state_whatever_its_host_looks_like(host: str) -> None:
    config = FeedConfig(f"https://{host}/world.rss")
    state = PartitionState(lambda _: True)
    published = replace(initial_state(id_of(config), config.url, 300, START), title="World")
    state.apply(published)
    assert state.feeds == {id_of(config): published}
