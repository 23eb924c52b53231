"""The poller against a real hub and hostile posters."""

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from monitor.bus import Bus
from monitor.clock import utc
from monitor.config import Config, FeedConfig, WebsubConfig
from monitor.messages import Websub
from tests.bus import read_all, read_articles
from tests.fakefeed import FakeFeed, rss
from tests.hub import ask, hub, post, sign
from tests.integration.subscribing import LOCAL, Setting
from tests.ports import unused_port
from tests.running import running, until


@pytest.fixture
async def setting(fake: FakeFeed, bus: Bus, tmp_path: Path) -> AsyncIterator[Setting]:
    """A feed that names a hub, and has one item."""
    port = unused_port()
    websub = WebsubConfig(f"http://127.0.0.1:{port}/websub", f"127.0.0.1:{port}")
    async with hub() as made:
        feeds = (FeedConfig(fake.url("/a"), name="Fake"),)
        setting = Setting(fake, made, bus, Config(fetch=LOCAL, feeds=feeds, websub=websub, folder=tmp_path))
        setting.has("one")
        yield setting


def question(topic: str, challenge: str) -> dict[str, str]:
    """Return the query by which a hub asks whether a subscription is wanted."""
    return {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": challenge}


async def test_what_a_hub_pushes_is_published_once(setting: Setting) -> None:
    async with running(setting.bus, setting.poller()) as health:
        await setting.subscribed()
        form = setting.hub.requests[0]
        assert (form["hub.mode"], form["hub.topic"], form["hub.lease_seconds"]) == ("subscribe", setting.topic, "864000")
        # The hub sends only what is new, as most do.
        assert await setting.hub.push(setting.topic, rss("two")) == 202
        await setting.reaches(lambda state: state.last_push)
        await until(partial(setting.has_titles, "one", "two"))
        ids = {message.article.title: message.article.id for message in await read_articles(setting.bus)}
        setting.has("two", "one")
        assert await post(setting.hub.callbacks[setting.topic], b"") == 202
        assert await setting.hub.push(setting.topic, rss("three", "two")) == 202
        await until(partial(setting.has_titles, "one", "three", "two"))
        measures = {measure.name: measure.values for measure in health["poller"].measures()}
        assert {key for key, count in measures["hub_subscriptions"].items() if count} == {("working",)}
        assert measures["hub_requests"]["content",] == 2
    # Another poller, which polls at once, knows them all.
    setting.has("three", "two", "one")
    polls = setting.fake.count("/a")
    async with running(setting.bus, setting.poller()):
        await until(lambda: setting.fake.count("/a") > polls)
        assert await setting.hub.push(setting.topic, rss("four")) == 202
        await until(partial(setting.has_titles, "four", "one", "three", "two"))
    now = {message.article.title: message.article.id for message in await read_articles(setting.bus)}
    assert {title: now[title] for title in ids} == ids
    assert len(setting.hub.requests) == 1


async def test_a_push_without_content_or_that_is_no_feed_lets_the_feed_be_polled_at_once(setting: Setting) -> None:
    setting.config = replace(setting.config, fetch=replace(LOCAL, every=3600))
    async with running(setting.bus, setting.poller()):
        await setting.subscribed()
        setting.has("two", "one")
        assert await post(setting.hub.callbacks[setting.topic], b"") == 202
        await until(partial(setting.has_titles, "one", "two"))
        setting.has("three", "two", "one")
        assert await setting.hub.push(setting.topic, b"<html>maintenance</html>") == 202
        await until(partial(setting.has_titles, "one", "three", "two"))


async def test_what_is_not_signed_by_the_hub_is_dropped_and_told(setting: Setting) -> None:
    async with running(setting.bus, setting.poller()) as health:
        await setting.subscribed()
        callback, body = setting.hub.callbacks[setting.topic], rss("forged")
        for signature in (None, "", "sha256=", sign(body, "wrong"), sign(body, "", "md5"), "sha256=" + "é" * 64):
            assert await post(callback, body, signature and signature.encode().decode("latin-1")) == 202
        told = await setting.reaches(lambda state: state.error)
        assert "no valid signature" in (told.error or "")
        measures = {measure.name: measure.values for measure in health["poller"].measures()}
        assert measures["hub_requests"]["unsigned",] == 6
        await setting.hub.push(setting.topic, rss("two"))
        await setting.reaches(lambda state: state.last_push and state.error is None)
    assert await setting.titles() == ["one", "two"]


async def test_a_push_that_is_sent_again_is_read_once(setting: Setting) -> None:
    async with running(setting.bus, setting.poller()) as health:
        await setting.subscribed()
        for _ in range(3):
            assert await setting.hub.push(setting.topic, rss("two")) == 202
        await until(partial(setting.has_titles, "one", "two"))
        measures = {measure.name: measure.values for measure in health["poller"].measures()}
        assert measures["hub_requests"]["repeated",] == 2


async def test_hostile_posts_are_refused(setting: Setting) -> None:
    async with running(setting.bus, setting.poller()):
        await setting.subscribed()
        callback, secret = setting.hub.callbacks[setting.topic], setting.hub.secrets[setting.topic]
        huge = b"x" * 100_001
        assert await post(callback, huge, sign(huge, secret)) == 413

        async def slowly() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 60_000
                await asyncio.sleep(0.01)

        assert await post(callback, slowly()) == 413  # type: ignore[arg-type]

        async def stalling() -> AsyncIterator[bytes]:
            yield b"x"
            await asyncio.sleep(30)

        setting.config = replace(setting.config, fetch=replace(LOCAL, timeout=0.2))
        assert await post(callback, stalling()) == 408  # type: ignore[arg-type]
        setting.config = replace(setting.config, fetch=LOCAL)
        assert await post(callback, rss("two"), sign(rss("two"), secret), Content_Encoding="gzip") == 415
        base = callback.rpartition("/")[0]
        for path in ("", "/", "/metrics", "/" + "0" * 48, f"/{callback.rpartition('/')[2]}0"):
            assert await post(base + path, rss("two"), sign(rss("two"), secret)) == 404
            assert (await ask(base + path, mode="subscribe", topic=setting.topic, challenge="x"))[0] == 404
    assert await setting.titles() == ["one"]


async def test_only_a_request_of_ours_is_verified(setting: Setting) -> None:
    setting.hub.behaviour = "silent"
    async with running(setting.bus, setting.poller()):
        await until(lambda: setting.hub.requests)
        callback = setting.hub.requests[0]["hub.callback"]
        challenge = "<script>alert(1)</script>"
        for mode, topic in (("subscribe", setting.fake.url("/b")), ("unsubscribe", setting.topic), ("publish", setting.topic)):
            assert (await ask(callback, mode=mode, topic=topic, challenge=challenge))[0] == 404
        assert (await ask(callback, mode="subscribe", topic=setting.topic))[0] == 404
        assert await ask(callback, mode="subscribe", topic=setting.topic, challenge=challenge) == (200, challenge)
        async with aiohttp.ClientSession() as http, http.get(callback, params=question(setting.topic, challenge)) as response:
            assert response.content_type == "text/plain"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        # Without a lease of the hub's, the one asked for counts.
        state = await setting.reaches(lambda state: state.state == "verified")
        assert state.until
        assert (state.until - state.at).total_seconds() == 864000


async def test_a_denial_is_told_and_the_feed_is_polled_as_usual(setting: Setting) -> None:
    setting.hub.behaviour = "denies"
    async with running(setting.bus, setting.poller()):
        state = await setting.reaches(lambda state: state.state == "denied")
        assert state.error == "the hub denied it: not here; the feed is polled"
        polls = setting.fake.count("/a")
        await until(lambda: setting.fake.count("/a") > polls + 1)
    assert setting.hub.verified == [200]
    assert len(setting.hub.requests) == 1


async def test_a_refusal_is_told_without_the_secret_that_it_repeats(setting: Setting) -> None:
    setting.hub.behaviour = "refuses"
    async with running(setting.bus, setting.poller()):
        state = await setting.reaches(lambda state: state.state == "failed")
    assert state.error == "the hub did not accept the request: HTTP 400: no such topic; the secret was ***"


async def test_the_redirect_of_a_hub_is_followed_with_the_request(setting: Setting) -> None:
    setting.hub.behaviour = "moved"
    async with running(setting.bus, setting.poller()):
        await until(lambda: setting.hub.requests)
        assert setting.hub.requests[0]["hub.topic"] == setting.topic


async def test_a_hub_at_a_private_address_is_not_asked(setting: Setting) -> None:
    setting.has("one", hub=setting.hub.url.replace("127.0.0.1", "127.0.0.2"))
    setting.config = replace(setting.config, fetch=replace(LOCAL, allow_networks=("127.0.0.1/32",)))
    async with running(setting.bus, setting.poller()):
        state = await setting.reaches(lambda state: state.state == "failed")
    assert "fetch.allow_networks" in (state.error or "")
    assert not setting.hub.requests


async def test_a_lease_that_the_hub_does_not_renew_ends_and_the_feed_is_polled_again(setting: Setting) -> None:
    ahead = timedelta()
    async with running(setting.bus, setting.poller(), clock=lambda: utc() + ahead):
        await setting.subscribed()
        setting.hub.behaviour = "silent"
        await setting.hub.push(setting.topic, rss("two"))
        await setting.reaches(lambda state: state.last_push)
        ahead = timedelta(seconds=1000)
        state = await setting.reaches(lambda state: state.until is None)
        assert "the lease ended" in (state.error or "")
        setting.has("three", "two", "one")
        await until(partial(setting.has_titles, "one", "three", "two"))


async def test_what_the_hub_does_not_push_is_found_by_polls_and_counted(setting: Setting) -> None:
    async with running(setting.bus, setting.poller()):
        await setting.subscribed()
        setting.has("two", "one")
        await setting.reaches(lambda state: state.missed == 1)
        await setting.hub.push(setting.topic, rss("two"))
        await setting.reaches(lambda state: state.missed == 0 and state.last_push)
    assert await setting.titles() == ["one", "two"]


async def test_a_feed_that_leaves_the_config_is_unsubscribed(setting: Setting) -> None:
    async with running(setting.bus, setting.poller()):
        await setting.subscribed()
        callback = setting.hub.callbacks[setting.topic]
        setting.config = replace(setting.config, feeds=())
        state = await setting.reaches(lambda state: state.state == "ended")
        assert state.next is None
        assert setting.hub.requests[-1]["hub.mode"] == "unsubscribe"
        assert "hub.secret" not in setting.hub.requests[-1]
        assert setting.hub.verified == [200, 200]
        assert await post(callback, rss("two")) == 410


async def test_the_key_is_for_its_owner_only_and_no_record_has_a_secret(setting: Setting) -> None:
    async with running(setting.bus, setting.poller()):
        await setting.subscribed()
    file = setting.config.folder / setting.config.websub.key_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    stored = repr(await read_all(setting.bus, Websub))
    assert setting.hub.secrets[setting.topic] not in stored
    assert setting.hub.callbacks[setting.topic].rpartition("/")[2] not in stored


async def test_without_a_callback_no_hub_is_asked(setting: Setting) -> None:
    setting.config = replace(setting.config, websub=WebsubConfig())
    async with running(setting.bus, setting.poller()):
        await until(lambda: setting.fake.count("/a") > 2)
    assert not setting.hub.requests
    assert await setting.state() is None


async def test_an_address_in_use_is_told_and_stops_no_poll(setting: Setting) -> None:
    async with hub() as other:
        taken = other.base.removeprefix("http://")
        setting.config = replace(setting.config, websub=WebsubConfig("http://127.0.0.1:1/websub", taken))
        async with running(setting.bus, setting.poller()) as health:
            await until(lambda: "another process uses this port" in (health["poller"].trouble or ""))
            await until(partial(setting.has_titles, "one"))
    assert not setting.hub.requests


async def test_a_key_that_cannot_be_stored_is_told_and_stops_no_poll(setting: Setting) -> None:
    setting.config = replace(setting.config, folder=setting.config.folder / "absent")
    async with running(setting.bus, setting.poller()) as health:
        await until(lambda: "websub.key_file" in (health["poller"].trouble or ""))
        await until(partial(setting.has_titles, "one"))


async def test_a_key_that_is_lost_at_a_restart_in_the_process_ends_the_rare_polls(setting: Setting) -> None:
    poller = setting.poller()
    async with running(setting.bus, poller):
        await setting.subscribed()
        await setting.hub.push(setting.topic, rss("two"))
        await setting.reaches(lambda state: state.last_push)
    (setting.config.folder / setting.config.websub.key_file).write_text("none\n", encoding="ascii")
    polls = setting.fake.count("/a")
    async with running(setting.bus, poller) as health:
        await until(lambda: "websub.key_file" in (health["poller"].trouble or ""))
        setting.has("two", "one")
        await until(lambda: setting.fake.count("/a") > polls + 3)


async def test_after_a_start_with_a_clock_that_was_ahead_the_hub_is_asked_again(setting: Setting) -> None:
    async with running(setting.bus, setting.poller(), clock=lambda: utc() + timedelta(days=365)):
        await setting.subscribed()
    async with running(setting.bus, setting.poller()):
        await until(lambda: len(setting.hub.verified) > 1)
        state = await setting.reaches(lambda state: state.state == "verified" and state.at < utc())
    assert state.until
    assert state.until < utc() + timedelta(days=1)
