"""The alerts as server-sent events, for programs."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from jsonschema_rs import Draft202012Validator

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


async def test_the_events_are_as_the_document_says(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        document = json.loads((await page.get("/api/openapi.json"))[1])
        operation = document["paths"]["/api/v1/events"]["get"]
        (media, content), *others = operation["responses"]["200"]["content"].items()
        events = content["schema"]["contentSchema"]["items"]
        alerts, *_ = events["oneOf"]
        assert {each["name"] for each in operation["parameters"]} == {"watch", "severity", "last", "Last-Event-ID"}
        assert (media, others, content["schema"]["contentMediaType"]) == ("text/event-stream", [], "text/event-stream")
        async with follow(page) as response:
            assert response.headers["Content-Type"] == media
            told = [await next_event(response)]
            await page.publish(alert(1), alert(1, id="putin:s2", watch="putin", story="s2", severity="low"))
            told += [await next_event(response), await next_event(response)]
        async with follow(page, "?last=none") as response:
            told += [await next_event(response), await next_event(response)]
    assert [each.get("event") for each in told] == [None, "alert", "alert", None, "stale"]
    for each in told:
        Draft202012Validator({**events, "components": document["components"]}).validate(each)
    for each in told[1:3]:
        schema = alerts["properties"]["data"]["contentSchema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(json.loads(each["data"]))


async def test_who_comes_from_another_log_is_told_to_read_all_anew(tmp_path: Path) -> None:
    async with served(tmp_path) as page, follow(page, "?last=alert.v1/0=99") as response:
        await next_event(response)
        assert (await next_event(response))["event"] == "stale"


async def test_a_wrong_filter_is_refused_with_the_remedy(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        status, text = await page.get("/api/v1/events?severity=loud")
        assert (status, json.loads(text)["detail"].startswith("severity: ")) == (400, True)
        status, text = await page.get("/api/v1/events?Last-Event-ID=x")
        assert json.loads(text)["detail"] == "Last-Event-ID: there is no such parameter; known: watch, severity, last"


async def test_a_program_needs_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "0123456789abcdef" * 2
    monkeypatch.setenv("PAGE_TOKEN", token)
    async with served(tmp_path, '[page]\ntoken_env = "PAGE_TOKEN"\n') as page:
        assert (await page.get("/api/v1/events"))[0] == 401
        async with follow(page, Authorization=f"Bearer {token}") as response:
            assert response.status == 200
