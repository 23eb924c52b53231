"""What `newsmonitor feeds list` and `status` tell of hubs."""

import json
from dataclasses import replace
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.feeds.urls import feed_id
from monitor.messages.codec import encode
from tests.fakefeed import FakeFeed
from tests.integration.command import invoke, write_config
from tests.integration.subscribing import pushed
from tests.integration.test_feeds_command import KEPT, POLLED, TIMES


async def test_list_and_status_tell_what_hubs_do(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    url, now = fake.url("/a"), utc()
    known = pushed(feed_id(url), now)
    text = f"pushed by https://hub.example.org/ until {known.until:%Y-%m-%d %H:%M} UTC, last at {now:%Y-%m-%d %H:%M}"
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        state = {**KEPT, **POLLED, "id": feed_id(url), "state": "ok"}
        await bus.publish([encode(known), ProducerRecord("feed.v1", feed_id(url), json.dumps(state).encode())])
        _, out, _ = await invoke(tmp_path, "feeds", "list")
        assert out == f"ok       Fake\n    {url}\n    {TIMES}\n    {text}\n"
        _, out, _ = await invoke(tmp_path, "feeds", "list", "--json")
        assert json.loads(out)["push"] == text
        _, out, _ = await invoke(tmp_path, "status")
        assert "hubs       1 feed pushed, 1 subscribed\n" in out
        await bus.publish([encode(replace(known, until=None, state="denied", error="the hub denied it: no\x1b[2J"))])
    _, out, _ = await invoke(tmp_path, "feeds", "list")
    assert "    polled; not pushed by https://hub.example.org/: the hub denied it: no\\x1b[2J; it is asked again at" in out
    _, out, _ = await invoke(tmp_path, "status")
    assert "hubs       0 feeds pushed, 0 subscribed; 1 not as subscribed to, `newsmonitor feeds list` says why\n" in out
    _, out, _ = await invoke(tmp_path, "status", "--json")
    assert json.loads(out)["hubs"]["troubled"][0]["hub"] == "https://hub.example.org/"
