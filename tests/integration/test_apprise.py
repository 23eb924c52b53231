"""Alerts reach services through Apprise, whose wire formats a real server on 127.0.0.1 takes."""

import asyncio
import json
import logging
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.delivery.channels import Result
from consumers.delivery.channels.apprise import MAX_THREADS, AppriseChannel, Threads, check_target, hide_parts, written_for
from monitor.config import Config, DeliveryConfig, Target, Watch
from monitor.messages import Delivery, Report, TargetState, Voice
from tests.integration.dispatching import trial
from tests.make import START, alert
from tests.web import listening

TOKEN = "Wacholder6beere7"  # noqa: S105  (it opens nothing)
REPORT = Report(
    "a1", 1, "Tidewater", "*Ferry* sold @all", "https://a.example/1", START, (Voice("said", "named", "Kay", words="no"),)
)
FERRY = alert(title="*Ferry* sold @all", articles=(REPORT,), severity="critical", to=("desk",))


@dataclass
class Service:
    """A server that answers with *status* and *headers*, and remembers the path and the body of each request."""

    address: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    hold: asyncio.Event | None = None

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request."""
        self.requests.append((request.path, (await request.read()).decode()))
        if self.hold:
            await self.hold.wait()
        return web.json_response({"success": True, "id": "1"}, status=self.status, headers=self.headers)


@asynccontextmanager
async def serving() -> AsyncIterator[Service]:
    """Run a service."""
    service, app = Service(), web.Application()
    app.router.add_route("*", "/{path:.*}", service.answer)
    async with listening(app) as port:
        service.address = f"127.0.0.1:{port}"
        try:
            yield service
        finally:
            if service.hold:
                service.hold.set()


def config_of(url: str, timeout: float = 5) -> Config:
    return Config(
        watches=(Watch("kim", any=("Kim",)),),
        targets=(Target("desk", extension="apprise", options={"apprise": url}),),
        delivery=DeliveryConfig(timeout=timeout, retries=(5.0, 300.0)),
    )


async def send(config: Config, threads: Threads | None = None) -> Result:
    async with aiohttp.ClientSession() as session:
        return await AppriseChannel(config.targets[0], config, session, threads or Threads()).send([FERRY])


MARKDOWN = "[\\*Ferry\\* sold @\u200ball](https://a.example/1)  \n"
TEXT = "*Ferry* sold @\u200ball\n"


@pytest.mark.parametrize(
    ("address", "path", "body", "text"),
    [
        ("json://{}/hook", "/hook", "message", TEXT),
        ("ntfy://{}/desk", "/", "message", TEXT),
        (f"gotify://{{}}/{TOKEN}", "/message", "message", TEXT),
        (f"mmost://{{}}/{TOKEN}", f"/hooks/{TOKEN}", "text", MARKDOWN),
        (f"rocket://{'a' * 24}/{'b' * 24}@{{}}/#desk", f"/hooks/{'a' * 24}/{'b' * 24}", "text", MARKDOWN),
        (f"matrix://{TOKEN}@{{}}/?mode=slack", f"/api/v1/matrix/hook/{TOKEN}", "text", TEXT),
    ],
)
async def test_a_message_in_the_markup_of_the_service(address: str, path: str, body: str, text: str) -> None:
    async with serving() as service:
        assert await send(config_of(address.format(service.address))) == Result()
    ((requested, content),) = service.requests
    data: Any = json.loads(content)
    if data.get("attachments"):
        data = data["attachments"][0]
    assert requested == path
    assert str(data[body]).startswith(text)
    assert "https://a.example/1" in str(data[body])


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Result(400)),
        (429, Result(429, retry_after=60.0)),
        (410, Result(410, gone=True)),
        (503, Result(503)),
        (302, Result(302)),
    ],
)
async def test_the_status_of_the_service_is_told_without_the_token(status: int, expected: Result) -> None:
    async with serving() as service, serving() as other:
        service.status, service.headers = status, {"Location": f"http://{other.address}/{TOKEN}"} if status == 302 else {}
        result = await send(config_of(f"mmost://{service.address}/{TOKEN}"))
    assert (result.status, result.retry_after, result.gone) == (expected.status, expected.retry_after, expected.gone)
    assert f"error={status}" in (result.error or "")
    assert TOKEN not in (result.error or "")
    assert other.requests == []


async def test_a_rate_limit_silences_the_target() -> None:
    async with serving() as service:
        service.status = 429
        async with trial(config_of(f"json://{service.address}/")) as running:
            running.raise_alert(FERRY)
            await running.run(timedelta(seconds=1), timedelta(seconds=1))
            service.status = 200
            running.raise_alert(alert(id="kim:s2", story="s2", to=("desk",)))
            await running.run(timedelta(seconds=50))
            assert len(service.requests) == 1
            (state,) = (each for each in running.log if isinstance(each, TargetState))
            assert (state.state, state.status, state.until) == ("waiting", 429, START + timedelta(seconds=61))
            await running.run(timedelta(minutes=2))
    assert [each.state for each in running.log if isinstance(each, Delivery)][-2:] == ["sent", "sent"]


async def test_a_service_that_hangs_is_given_up() -> None:
    async with serving() as service:
        service.hold = asyncio.Event()
        result = await send(config_of(f"json://{service.address}/", timeout=0.05))
    assert "onnection" in (result.error or "")
    assert result.status is None


async def test_messages_that_do_not_end_do_not_pile_up() -> None:
    threads = Threads()
    threads.running["desk"] = MAX_THREADS
    async with serving() as service:
        result = await send(config_of(f"json://{service.address}/"), threads)
    assert result == Result(error="earlier messages to the service have not ended yet")
    assert service.requests == []


async def test_a_thread_that_hangs_is_no_longer_waited_for() -> None:
    threads, free = Threads(), threading.Event()

    def hang() -> Result:
        free.wait()
        return Result()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(threads.run("desk", hang), 0.05)
    assert threads.running["desk"] == 1
    free.set()
    assert await threads.run("desk", Result) == Result()


async def test_a_service_that_is_not_there_is_told() -> None:
    result = await send(config_of(f"mmost://127.0.0.1:1/{TOKEN}"))
    assert "onnection" in (result.error or "")
    assert TOKEN not in (result.error or "")


async def test_no_log_has_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    async with serving() as service:
        service.status = 500
        await send(config_of(f"mmost://{service.address}/{TOKEN}"))
    assert TOKEN not in caplog.text


def test_the_address_is_in_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_APPRISE", f"ntfys://{TOKEN}@ntfy.example/desk\n")
    assert check_target(Target("desk", extension="apprise", options={"apprise_env": "DESK_APPRISE"}), tmp_path) == []
    (tmp_path / "address").write_text(f"tgram://{TOKEN}\n")
    (problem,) = check_target(Target("desk", extension="apprise", options={"apprise_file": "address"}), tmp_path)
    assert problem.startswith("target 'desk': Apprise knows no such service, or its address lacks something")
    (problem,) = check_target(Target("desk", extension="apprise", options={"apprise_file": "absent"}), tmp_path)
    assert problem.startswith(f"target 'desk': the file {tmp_path / 'absent'} is missing or empty; it must hold the address")
    assert TOKEN not in problem


def test_only_names_of_hosts_are_shown_of_an_address() -> None:
    text = "could not reach ntfy.example with Wach%40older at T1JJ3T3L2 as kay, error=500"
    url = "slack://T1JJ3T3L2:Wach%40older@ntfy.example/kay1?format=x&port=500"
    assert hide_parts(text, url) == "could not reach ntfy.example with *** at *** as kay, error=500"


DISCORD = f"discord://{'4' * 18}/{'a' * 68}"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
TELEGRAM = "tgram://123456789:abcdefghijklmnopqrstuvwxyzabcdefghi/12315544"


@settings(max_examples=40)
@given(st.text(st.sampled_from('ab *_`[]()<>!#-|~&;:/@\\\n"x'), max_size=30))
def test_what_slack_discord_and_telegram_get_mentions_nobody_and_has_one_link(text: str) -> None:
    title = f"{text}@everyone <!channel> <@U1> [a](https://evil.example) <https://evil.example|b> <b>c</b>"
    ferry = replace(FERRY, title=title, articles=(replace(REPORT, title=title),))
    links = {DISCORD: "](https://a.example/1)", SLACK: "<https://a.example/1|", TELEGRAM: '<a href="https://a.example/1"'}
    bodies = {address: written_for(address, [ferry]) for address in links}
    for address, body in bodies.items():
        assert body.count(links[address]) == 1
        assert body.count("https://") == 1
        assert "@everyone" not in body
        assert not re.search(r"<[!@#]", body)
    assert set(re.findall(r"</?(\w+)", bodies[TELEGRAM])) <= {"a", "b"}
