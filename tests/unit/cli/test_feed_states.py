"""The states of feeds that commands show."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.bus.backends import connect
from monitor.cli.shared import feed_states
from monitor.feeds.feed_state import initial_state
from monitor.feeds.urls import feed_id
from monitor.messages.codec import encode
from tests.make import START

URL = "https://desk.example/token/3f9a1c7be2d45c783f9a"


async def test_the_newest_state_of_a_feed_counts_whatever_its_key_was(tmp_path: Path) -> None:
    present = replace(initial_state(feed_id(URL), URL, 60, START), state="ok", at=START)
    former = replace(present, id=URL.removeprefix("https://"), state="failing", at=START - timedelta(days=9))
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        # On Kafka the two may be in different partitions, so the older one may come last.
        await bus.publish([encode(present), encode(former)])
        states = await feed_states(bus)
    assert {each.id: each.state for each in states.values()} == {feed_id(URL): "ok"}
