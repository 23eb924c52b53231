"""The examples of docs/page.md do what the page says."""

import asyncio
import contextlib
import io
import json
import re
import shlex
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import click
import pytest

from monitor.cli import main
from monitor.clock import utc
from monitor.config.load import parse
from page.mcp.tools import TOOLS
from page.rendering import PAGES
from page.security.token import read_token
from tests.make import alert, article_stories
from tests.page import ServedPage, served

PAGE = (Path(__file__).parents[2] / "docs" / "page.md").read_text(encoding="utf-8")
BASE = "http://127.0.0.1:8470"
CONFIG = '[[watches]]\nid = "kim"\nany = ["Kim"]\n'


def blocks(language: str) -> list[str]:
    """The examples in *language*."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def run(code: str, page: ServedPage) -> str:
    """Run a program of the page against *page*. Return what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code.replace(BASE, page.url), "docs/page.md", "exec"), {})  # noqa: S102  (our own page)
    return printed.getvalue()


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[ServedPage]:
    """A page with an alert and an article."""
    told = article_stories("Kim’s train leaves", story="s1", fetched=utc())
    async with served(tmp_path, CONFIG, told, alert(1, title="Kim leaves")) as opened:
        yield opened


async def test_each_request_is_answered(page: ServedPage) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) > 3
    for line in lines:
        program, url, *options = shlex.split(line)
        assert (program, url.startswith(BASE)) == ("curl", True)
        given = dict(pairwise(options))
        headers = dict([given["-H"].split(": ")]) if "-H" in given else {}
        body = json.loads(given["--json"]) if "--json" in given else None
        method = "GET" if body is None else "POST"
        async with page.client.request(method, page.url + url.removeprefix(BASE), json=body, headers=headers) as response:
            assert response.status == 200, line
    assert json.loads((await page.get("/api/v1/articles?q=kim%20AND%20train&days=7"))[1])["items"]


async def test_the_program_lists_all_alerts(page: ServedPage) -> None:
    listing, _ = blocks("python")
    assert await asyncio.to_thread(run, listing, page) == "kim:s1 1 Kim leaves\n"


async def test_the_program_follows_the_alerts(page: ServedPage) -> None:
    _, following = blocks("python")
    begin = page.follower.changes.position
    await page.publish(alert(2, change="outlet", title="Kim leaves, two say"))
    program = following.replace("events?", f"events?last={begin}&")
    assert await asyncio.to_thread(run, program, page) == "kim:s1 2 Kim leaves, two say\n"


def test_the_config_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config,) = blocks("toml")
    monkeypatch.setenv("PAGE_TOKEN", "0123456789abcdef" * 2)
    monkeypatch.delenv("NEWSMONITOR_PAGE", raising=False)
    parsed = parse(config, tmp_path)
    assert (parsed.page.hosts, read_token(parsed)) == (("news.example.org",), "0123456789abcdef" * 2)


def test_the_set_up_of_an_assistant_starts_a_command_that_exists() -> None:
    (text,) = blocks("json")
    (server,) = json.loads(text)["mcpServers"].values()
    assert (server["command"], server["args"][0]) == ("newsmonitor", "-c")
    assert server["args"][-1] in main.list_commands(click.Context(main))


def test_all_tools_and_pages_are_named() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.MULTILINE) == [each.name for each in TOOLS]
    assert {name for _, name in PAGES} <= set(re.findall(r"^\| (\w+) \|", PAGE, flags=re.MULTILINE))
