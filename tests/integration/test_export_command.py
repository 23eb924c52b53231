"""`newsmonitor export` writes the alerts of the log."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from monitor.bus import ProducerRecord
from monitor.bus.backends import connect
from monitor.messages import Alert
from monitor.messages.codec import encode
from tests.integration.command import invoke, newsmonitor
from tests.make import START, alert, article_stories

CONFIG = 'bus = "sqlite:news.db"\n[[watches]]\nid = "ferries"\nany = ["ferry"]\n'
FIRST = alert(title="Ferry, sold", watch="kim", severity="high")
SECOND = alert(2, title="Ferry, sold", watch="kim", severity="high", change="outlet")
OTHER = alert(id="bridges:s1", title="=1+1", watch="bridges", severity="low", updated=START + timedelta(hours=1))


@pytest.fixture(autouse=True)
async def folder(tmp_path: Path) -> Path:
    """A folder with a config and a bus with three alerts and a record that is none."""
    (tmp_path / "monitor.toml").write_text(CONFIG)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([encode(FIRST), ProducerRecord(Alert.STREAM.name, "k", b"{}"), encode(SECOND), encode(OTHER)])
    return tmp_path


async def test_json_lines_are_those_of_the_command_alerts(folder: Path) -> None:
    code, out, err = await invoke(folder, "export")
    assert (code, [json.loads(line)["version"] for line in out.splitlines()]) == (0, [1, 2, 1])
    assert err.startswith("alert.v1/0/1 skipped")
    assert out == (await invoke(folder, "alerts", "--json"))[1]


async def test_a_table_has_a_row_for_each_version(folder: Path) -> None:
    code, out, _ = await invoke(folder, "export", "--format", "csv", "--output", "alerts.csv")
    assert (code, out) == (0, "")
    rows = list(csv.DictReader(io.StringIO((folder / "alerts.csv").read_text(encoding="utf-8"), newline="")))
    assert [(row["alert"], row["version"], row["title"]) for row in rows] == [
        ("kim:s1", "1", "Ferry, sold"),
        ("kim:s1", "2", "Ferry, sold"),
        ("bridges:s1", "1", "'=1+1"),
    ]


async def test_a_feed_has_the_newest_version_of_each_alert(folder: Path) -> None:
    code, out, _ = await invoke(folder, "export", "--format", "jsonfeed")
    items = [item["_newsmonitor"] for item in json.loads(out)["items"]]
    assert (code, [(item["alert"], item["version"]) for item in items]) == (0, [("bridges:s1", 1), ("kim:s1", 2)])
    code, out, _ = await invoke(folder, "export", "--format", "atom", "--watch", "kim", "--output", "kim.xml")
    parsed = feedparser.parse((folder / "kim.xml").read_bytes())
    assert (code, out, parsed.bozo, len(parsed.entries)) == (0, "", False, 1)
    assert (parsed.feed.title, parsed.entries[0].title) == ("newsmonitor: alerts of kim", "Ferry, sold")


async def test_a_feed_names_the_address_that_it_will_have(folder: Path) -> None:
    url = "https://desk.example/alerts.atom"
    _, out, _ = await invoke(folder, "export", "--format", "atom", "--url", url)
    (link,) = feedparser.parse(out).feed.links
    assert (link.rel, link.href) == ("self", url)
    _, out, _ = await invoke(folder, "export", "--format", "jsonfeed", "--url", url)
    assert json.loads(out)["feed_url"] == url
    code, _, err = await invoke(folder, "export", "--format", "csv", "--url", url)
    assert (code, "it goes with --format atom or jsonfeed" in err) == (2, True)
    code, _, err = await invoke(folder, "export", "--format", "atom", "--url", "alerts.atom")
    assert (code, "it is no URL of the web" in err) == (2, True)


@pytest.mark.parametrize("form", ["jsonl", "csv", "atom", "jsonfeed", "ninjs"])
async def test_before_the_first_run_an_export_is_empty(folder: Path, form: str) -> None:
    (folder / "monitor.toml").write_text('bus = "sqlite:other.db"\n')
    code, out, err = await invoke(folder, "export", "--format", form)
    assert (code, "nothing has run yet" in err, "kim" in out) == (0, True, False)
    if form == "atom":
        assert not feedparser.parse(out).bozo


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--watch", "bridges"], 1),
        (["--watch", "bridges", "--watch", "kim"], 3),
        (["--severity", "high"], 2),
        (["--severity", "high", "--watch", "bridges"], 0),
        (["--severity", "high", "--severity", "low"], 3),
        (["--watch", "ferries"], 0),
    ],
)
async def test_only_the_alerts_that_are_asked_for_are_written(folder: Path, options: list[str], count: int) -> None:
    code, out, _ = await invoke(folder, "export", *options)
    assert (code, len(out.splitlines())) == (0, count)


async def test_ninjs_has_the_articles(folder: Path) -> None:
    reports = article_stories("The feed is silent", flags=("health:silent",))
    async with connect(f"sqlite:{folder / 'news.db'}") as bus:
        await bus.publish(map(encode, (article_stories("Ferry sold"), reports, article_stories("Ferry not sold"))))
    code, out, err = await invoke(folder, "export", "--format", "ninjs")
    headlines = [json.loads(line)["headlines"][0]["value"] for line in out.splitlines()]
    assert (code, err, headlines) == (0, "", ["Ferry sold", "Ferry not sold"])
    code, _, err = await invoke(folder, "export", "--format", "ninjs", "--watch", "kim")
    assert (code, "--watch and --severity choose alerts" in err) == (2, True)


async def test_standard_output_has_the_line_ends_of_the_format(folder: Path) -> None:
    code, out, _ = await newsmonitor(folder, "export", "--format", "csv", "--output", "/dev/stdout")
    assert (code, out.count("\r\n"), out.count("\n")) == (0, 4, 4)
    assert (await newsmonitor(folder, "export", "--format", "csv"))[1] == out


async def test_after_an_error_the_file_is_as_it_was(folder: Path) -> None:
    (folder / "alerts.csv").write_text("old")
    words = ("export", "--format", "csv", "--output", "alerts.csv")
    code, _, err = await invoke(folder, *words, "--watch", "ferry")
    assert (code, "did you mean 'ferries'?" in err) == (2, True)
    assert (folder / "alerts.csv").read_text() == "old"
    code, _, err = await invoke(folder, "export", "--output", "absent/alerts.jsonl")
    assert (code, err.startswith("Error: cannot write absent/alerts.jsonl: No such file")) == (1, True)
    assert {"alerts.csv"} == {name for name in file_names(folder) if "alerts" in name}


async def test_without_a_log_the_file_is_as_it_was(folder: Path) -> None:
    (folder / "alerts.csv").write_text("old")
    (folder / "news.db").rename(folder / "moved.db")
    code, _, err = await invoke(folder, "export", "--format", "csv", "--output", "alerts.csv")
    assert (code, "alerts.csv was not written" in err) == (1, True)
    assert (folder / "alerts.csv").read_text() == "old"


def file_names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
