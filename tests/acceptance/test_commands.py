"""All commands work on the log of a day's run, in plain text and as JSON lines."""

import asyncio
import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from monitor.bus.backends import Address
from monitor.cli import main
from monitor.clock import utc
from monitor.demo.day import Day, read_bundled_day
from tests.acceptance.days import play
from tests.integration.command import invoke

pytestmark = pytest.mark.xdist_group("day")

TYPE = re.compile(r"[a-z_.]+\.v\d+")
ALL_TIME = ("--hours", "1e6")
LONG_AGO = ("--since", "30d")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the config and the log of a day."""
    folder = tmp_path_factory.mktemp("day")
    asyncio.run(play(yesterday(read_bundled_day("train")), Address(f"sqlite:{folder / 'news.db'}"), folder))
    with (folder / "monitor.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[watches]]\nid = "typhoons"\nquery = "typhoon NEAR/5 (coast OR port)"\nconfusables = true\n')
    return folder


def yesterday(day: Day) -> Day:
    """Return *day* as if it had been yesterday: commands look back from the present."""
    shift = timedelta(days=(utc() - day.end).days - 1)
    return replace(day, articles=tuple(replace(article, at=article.at + shift) for article in day.articles))


async def succeed(folder: Path, *words: str, code: int = 0) -> list[str]:
    """Run a command, which must exit with *code* and print no traceback. Return the lines of its output."""
    result, out, err = await invoke(folder, *words)
    assert (result, "Traceback" in err) == (code, False), (words, out, err)
    return out.splitlines()


async def rows(folder: Path, *words: str, code: int = 0) -> list[dict[str, Any]]:
    """Run a command with --json. Return its lines, each of which has a type with a version."""
    lines = [json.loads(line) for line in await succeed(folder, *words, "--json", code=code)]
    assert all(next(iter(line)) == "type" and TYPE.fullmatch(line["type"]) for line in lines), lines
    return lines


async def test_alerts(day: Path) -> None:
    lines = await succeed(day, "alerts", *ALL_TIME, "--watch", "kim")
    alerts = await rows(day, "alerts", *ALL_TIME)
    # Which outlet is polled first depends on the load of the machine.
    first, second, *_ = [alert for alert in alerts if alert["watch"] == "kim"]
    assert lines[0].endswith(f"[high] kim: {first['title']}")
    assert f"    outlets: {first['outlets'][0]}" in lines
    (line,) = (line for line in lines if "kim, version 2: " in line)
    assert second["articles"][-1]["outlet"] in line
    assert {alert["type"] for alert in alerts} == {"alert.v1"}
    assert len({alert["id"] for alert in alerts}) == 14
    code, _, err = await invoke(day, "alerts", *ALL_TIME, "--watch", "kimm")
    assert (code, "there is no watch 'kimm', and no alert of one; did you mean 'kim'?" in err) == (2, True)


async def test_search(day: Path) -> None:
    lines = await succeed(day, "search", "kim NEAR/10 train", *LONG_AGO)
    assert any("because of 'Kim', 'train'" in line for line in lines)
    found = await rows(day, "search", "kim NEAR/10 train", *LONG_AGO, "--limit", "3")
    assert [row["type"] for row in found] == ["article.stories.v1"] * 3
    code, _, err = await invoke(day, "search", "kim NEAR/10 train", *LONG_AGO, "--limit", "3")
    assert (code, err) == (0, "the latest 3; there may be more, which --limit shows\n")
    assert await rows(day, "search", "zeppelin", *LONG_AGO, code=1) == []


async def test_export(day: Path) -> None:
    versions = await rows(day, "alerts", *ALL_TIME)
    assert [json.loads(line) for line in await succeed(day, "export", *LONG_AGO)] == versions
    table = csv.DictReader(await succeed(day, "export", *LONG_AGO, "--format", "csv"))
    assert [(row["alert"], row["version"]) for row in table] == [(each["id"], str(each["version"])) for each in versions]
    feed = json.loads("\n".join(await succeed(day, "export", *LONG_AGO, "--format", "jsonfeed")))
    newest = {each["id"]: each["version"] for each in versions}
    assert {item["_newsmonitor"]["alert"]: item["_newsmonitor"]["version"] for item in feed["items"]} == newest
    atom = await succeed(day, "export", *LONG_AGO, "--format", "atom", "--watch", "kim")
    assert atom.count("  <entry>") == len({each["id"] for each in versions if each["watch"] == "kim"})


async def test_status(day: Path) -> None:
    lines = await succeed(day, "status")
    assert lines[0].startswith("poller     does not run; lag: ")
    assert lines[1] == "entities   does not run; lag: 0 messages not yet read"
    assert "feeds      9 ok" in lines
    assert "dead       0" in lines
    assert lines[-1].startswith("storage    ")
    (row,) = await rows(day, "status")
    assert (row["feeds"], row["dead"], row["processes"]) == ({"ok": 9}, 0, [])
    # The poller commits the records of its own stream a second later, or with its next news.
    assert {lag for name, lag in row["services"].items() if name != "poller"} == {0}


async def test_feeds(day: Path) -> None:
    lines = await succeed(day, "feeds", "list")
    assert lines[0] == "ok       Meridian Newswire"
    assert re.search(r"last success 20\d\d-", lines[2])
    feeds = await rows(day, "feeds", "list")
    assert [feed["state"] for feed in feeds] == ["ok"] * 9
    exported = await succeed(day, "feeds", "export")
    assert sum("xmlUrl" in line for line in exported) == 9


async def test_watches(day: Path) -> None:
    lines = await succeed(day, "watch", "list")
    assert lines[0].startswith("kim  [high]  any: Kim Jong Un, Kim Jong-un")
    assert lines[-1] == "typhoons  [normal]  query: typhoon NEAR/5 (coast OR port); confusables: yes"
    watches = await rows(day, "watch", "list")
    assert watches[-1]["query"] == "typhoon NEAR/5 (coast OR port)"
    assert {watch["type"] for watch in watches} == {"watch.v1"}


async def test_lint(day: Path) -> None:
    lines = await succeed(day, "watch", "lint", *LONG_AGO, code=1)
    assert any("watch 'kim'" in line and line.startswith("monitor.toml:") for line in lines)
    assert any(line.startswith("    putin: ") for line in lines)
    findings = await rows(day, "watch", "lint", *LONG_AGO, code=1)
    assert "volume" in {finding["kind"] for finding in findings}


async def test_explain(day: Path) -> None:
    (first, *_) = await rows(day, "alerts", *ALL_TIME, "--watch", "kim")
    article = first["articles"][0]["id"]
    lines = await succeed(day, "explain", article, "kim")
    assert lines[0].startswith("yes")
    assert "Kim Jong Un" in "\n".join(lines)
    (row,) = await rows(day, "explain", article, "nairobi", code=1)
    assert row["holds"] is False


async def test_backtest(day: Path) -> None:
    text = "\n".join(await succeed(day, "backtest", *LONG_AGO, "--watch", "kim"))
    assert "Kim Jong Un" in text
    alerts = await rows(day, "backtest", *LONG_AGO, "--watch", "kim")
    raised = await rows(day, "alerts", *ALL_TIME, "--watch", "kim")
    assert [(alert["id"], alert["version"]) for alert in alerts] == [(alert["id"], alert["version"]) for alert in raised]
    differences = await rows(day, "backtest", *LONG_AGO, "--watch", "kim", "--query", "Kim NEAR/3 train", "--diff")
    assert {row["change"] for row in differences} <= {"more", "less", "same"}
    assert differences


async def test_dead_letters_and_deliveries(day: Path) -> None:
    for words in (("dead", "list"), ("deliveries", "list"), ("deliveries", "list", "--state", "all"), ("targets",)):
        assert await succeed(day, *words) == []
        assert await rows(day, *words) == []
    assert await succeed(day, "dead", "redrive") == ["0 retried"]


async def test_check_and_streams(day: Path) -> None:
    lines = await succeed(day, "check")
    assert lines[-2] == "monitor.toml is valid, but see the hints: 9 feeds, 9 watches, 0 targets."
    assert lines[-1] == "page is set by the environment variable NEWSMONITOR_PAGE"
    assert [row["type"] for row in await rows(day, "check")] == [*["problem.v1"] * (len(lines) - 2), "setting.v1"]
    assert await succeed(day, "streams", "check") == ["all streams have the expected settings"]


TRIED = {
    "alerts",
    "export",
    "status",
    "feeds",
    "watch",
    "explain",
    "backtest",
    "search",
    "dead",
    "deliveries",
    "targets",
    "check",
    "streams",
}
ELSEWHERE = {"backup", "completion", "demo", "doctor", "init", "mcp", "restore", "run", "serve"}
"""Commands of which tests/integration has tests of their own. CI plays the demo, too."""


def commands() -> Iterator[str]:
    """Yield the names of all commands."""
    context = click.Context(main)
    yield from main.list_commands(context)


def test_every_command_is_tried() -> None:
    assert set(commands()) == TRIED | ELSEWHERE
