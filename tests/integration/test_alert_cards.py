"""On a terminal, `newsmonitor alerts` shows a card for each story; in a pipe it prints the versions as ever."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from monitor.clock import utc
from monitor.messages import Alert, Message
from monitor.messages.codec import encode
from tests.integration.command import invoke, newsmonitor
from tests.integration.terminal import COLOUR, on_terminal
from tests.unit.terminal.stories import HARBOUR, mark, report, version

CONFIG = """
bus = "sqlite:news.db"
[[feeds]]
url = "https://example.org/feed"
[[watches]]
id = "harbour"
any = ["harbour"]
[[watches]]
id = "ports"
any = ["port"]
"""


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    """The bus of a config with two watches."""
    (tmp_path / "monitor.toml").write_text(CONFIG)
    async with connect(Address(f"sqlite:{tmp_path / 'news.db'}")) as opened:
        yield opened


async def publish(bus: Bus, *messages: Message) -> None:
    await bus.publish([encode(each) for each in messages])


def recent(number: int = 1, watch: str = "harbour", story: str = "s1", title: str = "", **fields: Any) -> Alert:
    """A version that is minutes old, with *title* as its newest headline."""
    made = version(number, watch, story)
    articles = (*made.articles[:-1], report(f"Outlet {number}", title or made.articles[-1].title))
    updated = utc() - timedelta(minutes=30 - number)
    return version(number, watch, story, articles=articles, updated=updated, raised=updated, **fields)


async def test_cards_follow_the_alerts(bus: Bus, tmp_path: Path) -> None:
    await publish(bus, recent(), recent(2, "ports", standing="reported"))
    async with on_terminal(tmp_path, "alerts", "--follow", size=(100, 30)) as terminal:
        shown = await terminal.until("ports [high]")
        assert shown.count("told by:") == 1, "one card for a story with two watches"
        assert "◉ Reported" in shown
        await publish(bus, recent(3, story="s2", title="Bridge opens"))
        shown = await terminal.until(f"{HARBOUR}, report 2")
        assert shown.index("Bridge opens") < shown.index(f"{HARBOUR}, report 2"), "the newest change first"
        terminal.resize(40, 12)
        shown = await terminal.until("Bridge opens")
        terminal.interrupt()
        left = await terminal.end()
    assert (terminal.process.returncode, "Traceback" in left) == (0, False)
    assert "Bridge opens" in left.partition("\x1b[?1049l")[2], "the last view stays"


async def test_a_mark_takes_a_card_away_and_a_new_stance_brings_it_back(bus: Bus, tmp_path: Path) -> None:
    first = recent()
    await publish(bus, first)
    async with on_terminal(tmp_path, "alerts", "--follow", size=(100, 30)) as terminal:
        await terminal.until("harbour [high]")
        await publish(bus, mark(first, "acknowledged"))
        assert "told by:" not in await terminal.until("1 marked story not shown")
        await publish(bus, recent(2, change="stance"))
        assert "told again: it was acknowledged by ana" in " ".join((await terminal.until("told again: it")).split())


async def test_a_list_on_a_terminal_has_a_card_for_each_story(bus: Bus, tmp_path: Path) -> None:
    marked = recent(4, story="s3", title="Tunnel floods")
    await publish(bus, recent(), recent(1, "ports"), recent(3, story="s2", title="Bridge opens"), marked)
    await publish(bus, mark(marked, "muted"))
    async with on_terminal(tmp_path, "alerts") as terminal:
        shown = await terminal.end()
    assert (terminal.process.returncode, shown.count("told by:")) == (0, 2)
    assert shown.index(HARBOUR) < shown.index("Bridge opens"), "the newest change last"
    assert "Tunnel floods" not in shown
    async with on_terminal(tmp_path, "alerts", "--marked", "--watch", "harbour", NO_COLOR="1") as terminal:
        shown = await terminal.end()
    assert shown.count("told by:") == 3
    assert "ports [" not in shown
    assert COLOUR.search(shown) is None
    async with on_terminal(tmp_path, "alerts", "--versions") as terminal:
        assert (await terminal.end()).count("[high]") == 4
    async with on_terminal(tmp_path, "alerts", "--follow", TERM="dumb") as terminal:
        await terminal.until("harbour, version 3")


async def test_sigterm_and_an_unreadable_record(bus: Bus, tmp_path: Path) -> None:
    await bus.publish([replace(encode(recent()), value=b"{}")])
    await publish(bus, recent())
    async with on_terminal(tmp_path, "alerts", "--follow") as terminal:
        await terminal.until("1 record skipped")
        terminal.process.terminate()
        left = await terminal.end()
    assert terminal.process.returncode == 0
    assert "\x1b[?1049l" in left, "the terminal is as before"
    async with on_terminal(tmp_path, "alerts") as terminal:
        assert (await terminal.end()).endswith("1 record skipped; --versions says why\r\n")


async def test_there_is_something_to_read_where_there_is_no_alert(bus: Bus, tmp_path: Path) -> None:
    async with on_terminal(tmp_path, "alerts", "--state", "denied") as terminal:
        assert await terminal.end() == "no alerts\r\n"
    async with on_terminal(tmp_path, "alerts", "--follow") as terminal:
        await terminal.until("Nothing yet.")
    await publish(bus, recent())
    async with on_terminal(tmp_path, "alerts", "--hours", "0.1") as terminal:
        assert await terminal.end() == "no alerts\r\n"


async def test_a_pipe_gets_the_versions(bus: Bus, tmp_path: Path) -> None:
    await publish(bus, recent(), recent(1, "ports", severity="low"), recent(2, state="denied"))
    code, out, err = await newsmonitor(tmp_path, "alerts")
    assert (code, err) == (0, "")
    heads = [line[21:] for line in out.splitlines() if not line.startswith(" ")]
    assert heads == [
        f"[high] harbour: {HARBOUR}, report 1",
        f"[low] ports: {HARBOUR}, report 1",
        f"[high] harbour, version 2: Outlet 2 reports it too: {HARBOUR}, report 2",
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--severity", "low"), ["ports:s1:1"]),
        (("--severity", "low", "--severity", "high"), ["harbour:s1:1", "ports:s1:1", "harbour:s1:2"]),
        (("--state", "denied"), ["harbour:s1:2"]),
        (("--watch", "harbour", "--since", "90m"), ["harbour:s1:1", "harbour:s1:2"]),
    ],
)
async def test_the_filters_hold_for_versions_too(bus: Bus, tmp_path: Path, words: tuple[str, ...], expected: list[str]) -> None:
    await publish(bus, recent(), recent(1, "ports", severity="low"), recent(2, state="denied"))
    code, out, _ = await invoke(tmp_path, "alerts", "--json", *words)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, [f"{row['id']}:{row['version']}" for row in rows]) == (0, expected)


async def test_the_demo_shows_the_same_view_and_gives_the_terminal_back(tmp_path: Path) -> None:
    async with on_terminal(tmp_path, "demo", "--speed", "4000", size=(60, 40)) as terminal:
        await terminal.until("told by:")
        terminal.interrupt()
        left = await terminal.end()
    assert terminal.process.returncode == 1, "it was not played to its end"
    assert "told by:" in left.partition("\x1b[?1049l")[2]
    assert "alerts raised" in left
