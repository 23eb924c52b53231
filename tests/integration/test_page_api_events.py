"""The alerts as server-sent events, for programs."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from monitor.messages import Alert
from monitor.messages.codec import to_dict
from tests.make import alert
from tests.page import ServedPage, served


async def next_event(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The fields of the next event of a stream."""
    text = (await response.content.readuntil(b"\n\n")).decode()
    return dict(line.split(": ", 1) for line in text.splitlines() if line)


def follow(page: ServedPage, query: str = "", **headers: str) -> Any:
    """Ask for the events."""
    return page.client.get(f"{page.url}/api/v1/events{query}", headers=headers)


async def test_a_program_gets_each_alert_as_it_changes_and_goes_on_where_it_was(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        second = alert(2, change="outlet")
        async with follow(page) as response:
            assert response.headers["Content-Type"] == "text/event-stream"
            begin = (await next_event(response))["id"]
            await page.publish(second)
            told = await next_event(response)
        assert (told["event"], json.loads(told["data"])) == ("alert", json.loads(json.dumps(to_dict(second), default=str)))
        async with follow(page, **{"Last-Event-ID": begin}) as response:
            await next_event(response)
            assert await next_event(response) == told


@pytest.mark.parametrize("query", ["?watch=putin", "?severity=high", "?watch=putin&watch=xi&severity=high"])
async def test_the_filters_hold(tmp_path: Path, query: str) -> None:
    wanted: Alert = alert(1, id="putin:s2", watch="putin", story="s2", severity="high")
    async with served(tmp_path) as page, follow(page, query) as response:
        await next_event(response)
        await page.publish(alert(1, severity="normal"), wanted)
        assert json.loads((await next_event(response))["data"])["id"] == "putin:s2"


async def test_who_comes_from_another_log_is_told_to_read_all_anew(tmp_path: Path) -> None:
    async with served(tmp_path) as page, follow(page, "?last=alert.v1/0=99") as response:
        await next_event(response)
        assert (await next_event(response))["event"] == "stale"


async def test_a_wrong_filter_is_refused_with_the_remedy(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        status, text = await page.get("/api/v1/events?severity=loud")
        assert (status, json.loads(text)["detail"].startswith("severity: ")) == (400, True)


async def test_a_program_needs_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "0123456789abcdef" * 2
    monkeypatch.setenv("PAGE_TOKEN", token)
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n') as page:
        assert (await page.get("/api/v1/events"))[0] == 401
        async with follow(page, Authorization=f"Bearer {token}") as response:
            assert response.status == 200


async def test_a_request_for_the_headers_alone_gets_no_stream(tmp_path: Path) -> None:
    """Its events would be read as the next response."""
    async with served(tmp_path, "", alert(1)) as page, page.client.head(f"{page.url}/api/v1/events") as response:
        assert response.status == 405
