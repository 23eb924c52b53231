"""The command, as its users type it."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from monitor.bus import ProducerRecord
from monitor.bus.backends import connect
from monitor.messages.codec import encode
from monitor.runtime.dead_letters import redrive
from tests.broker import free_ports
from tests.fakefeed import FakeFeed
from tests.make import alert, article_stories
from tests.running import until

COMMAND = (sys.executable, "-m", "monitor")


async def newsmonitor(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run the command. Return its exit code, standard output and standard error."""
    process = await asyncio.create_subprocess_exec(*COMMAND, *words, cwd=folder, stdout=PIPE, stderr=PIPE, env=environment())
    try:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    except BaseException:
        process.kill()
        await process.communicate()
        raise
    return process.returncode or 0, out.decode(), err.decode()


def environment() -> dict[str, str]:
    """Return the environment of the test, with the project importable from any folder."""
    return dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[2])}


@asynccontextmanager
async def started(folder: Path, *words: str) -> AsyncIterator[Process]:
    """Run the command until the context closes, then stop it with SIGTERM. It must exit with code 0."""
    with (folder / "run.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*COMMAND, *words, cwd=folder, stdout=log, stderr=log, env=environment())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 40) == 0, (folder / "run.log").read_text()


def write_config(folder: Path, fake: FakeFeed, listen: str = "", watches: str = "") -> None:
    """Write a monitor.toml for the fake feed."""
    (folder / "monitor.toml").write_text(
        f'bus = "sqlite:news.db"\n{listen}\n[fetch]\nevery = 1\nallow_networks = ["127.0.0.0/8"]\n[entities]\nmodel = "table"\n'
        f'[[feeds]]\nurl = "{fake.url("/a")}"\nname = "Fake"\n'
        f'[[watches]]\nid = "kim"\nany = ["Kim Jong Un"]\n{watches}'
    )


async def test_init_writes_a_valid_config_and_never_overwrites_one(tmp_path: Path) -> None:
    assert (await newsmonitor(tmp_path, "init"))[0] == 0
    code, out, _ = await newsmonitor(tmp_path, "check")
    assert (code, "is valid" in out) == (0, True)
    code, _, err = await newsmonitor(tmp_path, "init")
    assert (code, "already exists" in err) == (1, True)


async def test_check_names_the_line_and_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "a"\ntopic = ["wether"]\nseverity = "urgent"\n')
    code, out, _ = await newsmonitor(tmp_path, "check", "--json")
    assert code == 1
    assert json.loads(out.splitlines()[0])["line"] == 4
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "a"\ntopic = ["wether"]\n')
    code, out, _ = await newsmonitor(tmp_path, "check")
    assert (code, "'wether' is not an IPTC Media Topic" in out) == (1, True)


async def test_check_names_file_line_and_column_of_an_invalid_query(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('watch_files = ["watches/*.toml"]\n')
    (tmp_path / "watches").mkdir()
    (tmp_path / "watches" / "desk.toml").write_text("# ours\n[[watches]]\nid = 'a'\nquery = 'train AND (ferry'\n")
    code, out, _ = await newsmonitor(tmp_path, "check")
    assert (code, "desk.toml:4:20: watch 'a', query: this parenthesis is not closed" in out) == (1, True)
    (tmp_path / "watches" / "desk.toml").write_text("[[watches]]\nid = 'a'\nquery = 'train or ferry'\n")
    code, out, _ = await newsmonitor(tmp_path, "check")
    assert (code, "desk.toml:3:16: hint: watch 'a', query: 'or' is searched for as a word" in out) == (0, True)


async def test_explain_shows_why_a_watch_matches_or_not(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "kim"\nany = ["Kim Jong Un"]\n')
    (tmp_path / "a.json").write_text('{"title": "Kim Jong-un travels", "text": "By train, says Путин."}')
    code, out, _ = await newsmonitor(tmp_path, "explain", "a.json", "kim")
    assert (code, out) == (
        0,
        "yes  OR  (1 of 1 hold; 1 required)\n    yes  'Kim Jong Un'  (found 1 time): 'Kim Jong-un' (title 0)\n",
    )
    (tmp_path / "b.json").write_bytes(encode(article_stories("Kim Jong Un", backfill=True)).value)
    code, _, err = await newsmonitor(tmp_path, "explain", "b.json", "kim")
    assert (code, "it raises no alert" in err) == (0, True)
    code, out, _ = await newsmonitor(tmp_path, "explain", "a.json", "--query", "train AND Putin", "--json")
    explanation = json.loads(out)
    assert (code, explanation["holds"], [part["holds"] for part in explanation["parts"]]) == (1, False, [True, False])
    assert "nearest: 'Путин'" in explanation["parts"][1]["why"]
    code, _, err = await newsmonitor(tmp_path, "explain", "a.json", "--query", "train AND (")
    assert (code, "line 1, column 11" in err) == (1, True)
    for words in (["nowhere", "kim"], ["a.json", "mik"]):
        code, _, err = await newsmonitor(tmp_path, "explain", *words)
        assert (code, "there is no" in err or "holds no article" in err) == (1, True)
    assert (await newsmonitor(tmp_path, "explain", "a.json"))[0] == 2
    assert "explain" in (await newsmonitor(tmp_path, "--help"))[1]


async def publish_stories(folder: Path) -> None:
    """Publish two stories about Kim, one of them with an update, and a third one about a train."""
    (folder / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\n[[watches]]\nid = "kim"\nany = ["Kim"]\nseverity = "high"\n'
        '[[watches]]\nid = "train"\nquery = "train"\n'
    )
    articles = [("Kim leaves", "s1", "a"), ("Kim gone", "s1", "b"), ("Kim cooks\x1b[31m", "s2", "a"), ("A train", "s3", "a")]
    async with connect(f"sqlite:{folder / 'news.db'}") as bus:
        await bus.publish([encode(article_stories(title, story=story, outlet=outlet)) for title, story, outlet in articles])


async def test_backtest_shows_the_alerts_that_would_have_been_raised(tmp_path: Path) -> None:
    await publish_stories(tmp_path)
    code, out, err = await newsmonitor(tmp_path, "backtest")
    assert (code, err) == (0, "")
    head, *rest = out.splitlines()
    assert head == "3 alerts and 1 update in 4 articles, 2026-03-10 04:00 to 2026-03-10 04:00 UTC"
    assert any(line.split()[:6] == ["2026-03-10", "3", "2", "1", "1", "█" * 40] for line in rest), rest
    assert any("kim" in line and "Kim leaves" in line and line.split()[-4:-2] == ["2", "2"] for line in rest), rest
    assert "\x1b" not in out
    code, out, _ = await newsmonitor(tmp_path, "backtest", "--watch", "kim", "--since", "90m", "--json")
    alerts = [json.loads(line) for line in out.splitlines()]
    assert [(alert["id"], alert["version"]) for alert in alerts] == [("kim:s1", 1), ("kim:s1", 2), ("kim:s2", 1)]
    code, out, _ = await newsmonitor(tmp_path, "backtest", "--query", "title:Kim NOT cooks", "--limit", "0")
    assert (code, out.splitlines()[-1]) == (0, "the 0 latest of 1 alert; --limit shows more, --json all")


async def test_backtest_compares_an_edit_with_the_config_in_use(tmp_path: Path) -> None:
    await publish_stories(tmp_path)
    code, out, _ = await newsmonitor(tmp_path, "backtest", "--diff", "--watch", "kim", "--query", "Kim NOT cooks", "--json")
    changes = [(line["change"], (line["after"] or line["before"])["id"]) for line in map(json.loads, out.splitlines())]
    assert (code, changes) == (0, [("same", "kim:s1"), ("less", "kim:s2")])
    (tmp_path / "edited.toml").write_text('[[watches]]\nid = "kim"\nany = ["Kim", "train"]\n')
    code, out, _ = await newsmonitor(tmp_path, "backtest", "--diff", "--config", "edited.toml")
    assert (code, out.splitlines()[0]) == (0, "the edit raises 1 alert more, 1 less, 2 the same")
    code, out, _ = await newsmonitor(tmp_path, "backtest", "--diff")
    assert (code, out.splitlines()[0]) == (
        0,
        "compared with what was raised, the current config would raise 3 alerts more, 0 less, 0 the same",
    )
    async with started(tmp_path, "run", "alerts"):

        async def raised() -> bool:
            return len((await newsmonitor(tmp_path, "alerts", "--json"))[1].splitlines()) == 4

        await until(raised)
    code, out, _ = await newsmonitor(tmp_path, "backtest", "--diff", "--limit", "5")
    assert "would raise 0 alerts more, 0 less, 3 the same" in out


async def test_backtest_reports_wrong_usage_and_an_empty_bus(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "kim"\nany = ["Kim"]\n')
    code, out, err = await newsmonitor(tmp_path, "backtest", "--since", "2h")
    no_bus = "nothing has run yet: there is no newsmonitor.db; `newsmonitor run` creates it\n"
    assert (code, out, err) == (0, "", f"{no_bus}the log holds no article from the last 2 hours\n")
    for words, expected, message in (
        (["--since", "soon"], 2, "'soon' is not a duration: write a whole number and s, m, h or d, such as 90m, 12h or 7d"),
        (["--diff", "--query", "Kim"], 2, "--diff with --query needs --watch"),
        (["--watch", "mik"], 1, "there is no watch 'mik'"),
        (["--query", "Kim AND"], 1, "line 1, column 5"),
        (["--config", "nowhere.toml"], 1, "there is no nowhere.toml"),
    ):
        code, _, err = await newsmonitor(tmp_path, "backtest", *words)
        assert (code, message in " ".join(err.split())) == (expected, True), err


async def test_lint_reports_likely_mistakes(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\nwatch_files = ["more.toml"]\n[[watches]]\nid = "kim"\nany = ["Kim", "Kim Jong Un"]\n'
    )
    (tmp_path / "more.toml").write_text("[[watches]]\nid = 'train'\nquery = 'train or ferry'\n")
    code, out, err = await newsmonitor(tmp_path, "watch", "lint")
    assert (code, "the log holds no article from the last 7 days" in err) == (1, True)
    ambiguous, contained, lowercase = [line for line in out.splitlines() if not line.startswith(" ")]
    assert ambiguous.startswith("monitor.toml:5: watch 'kim', any: 'Kim' alone is part of several known names")
    assert contained.startswith("monitor.toml:5: watch 'kim', any: 'Kim Jong Un' adds nothing to 'Kim'")
    assert lowercase.startswith("more.toml:3:16: watch 'train', query: 'or' is searched for as a word")
    assert not (tmp_path / "news.db").exists()
    (tmp_path / "more.toml").write_text("[[watches]]\nid = 'train'\nquery = 'train NOT (ferry'\n")
    code, out, _ = await newsmonitor(tmp_path, "watch", "lint", "--json")
    assert [(finding["kind"], finding["file"]) for finding in map(json.loads, out.splitlines())] == [
        ("ambiguous", "monitor.toml"),
        ("contained", "monitor.toml"),
        ("wrong", "more.toml"),
    ]
    code, _, err = await newsmonitor(tmp_path, "watch", "lint", "--since", "7")
    assert (code, "'7' is not a duration" in err) == (2, True)


async def test_lint_checks_watches_against_past_articles(tmp_path: Path) -> None:
    await publish_stories(tmp_path)
    (tmp_path / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\n[[watches]]\nid = "kim"\nquery = \'title:Kim (leaves OR gone OR cooks)\'\n'
        '[[watches]]\nid = "leaders"\nany = ["leaves", "cooks", "travels"]\n'
    )
    code, out, err = await newsmonitor(tmp_path, "watch", "lint")
    assert (code, err) == (1, "")
    assert "'travels' was in none of the 4 articles" in out
    assert "watch 'leaders': 2 of its 2 alerts are for stories that watch 'kim' alerts for too, with 2 in all" in out
    assert out.endswith("leaders: less than a day of articles gives no daily rate (2 alerts)\n")
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n[[watches]]\nid = "train"\nquery = "train"\n')
    code, out, _ = await newsmonitor(tmp_path, "watch", "lint", "--json")
    assert (code, [json.loads(line) for line in out.splitlines()]) == (
        0,
        [{"kind": "volume", "watch": "train", "alerts": 1, "days": 0.0, "per_day": 1.0}],
    )


async def test_exit_codes_distinguish_wrong_usage_from_problems(tmp_path: Path) -> None:
    assert (await newsmonitor(tmp_path, "no-such-command"))[0] == 2
    assert (await newsmonitor(tmp_path, "run", "no-such-service"))[0] == 2
    code, _, err = await newsmonitor(tmp_path, "check", "--help")
    assert (code, err) == (0, "")
    code, _, err = await newsmonitor(tmp_path, "status")
    assert (code, "`newsmonitor init` writes one" in err) == (1, True)


async def test_watches_are_edited_and_comments_kept(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text("# our watches\n[[watches]]\nid = \"a\"  # the first\nany = ['A']\n")
    assert (
        await newsmonitor(tmp_path, "watch", "add", "kim", "--any", "Kim Jong Un", "--any", "김정은", "--severity", "high")
    )[0] == 0
    text = (tmp_path / "monitor.toml").read_text()
    assert "# our watches" in text
    assert "# the first" in text
    code, out, _ = await newsmonitor(tmp_path, "watch", "list", "--json")
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "kim"]
    code, _, err = await newsmonitor(tmp_path, "watch", "add", "kim", "--any", "x")
    assert (code, "duplicate id 'kim'" in err) == (1, True)
    code, _, err = await newsmonitor(tmp_path, "watch", "add", "t", "--topic", "wether")
    assert (code, "not an IPTC Media Topic" in err) == (1, True)
    assert (await newsmonitor(tmp_path, "watch", "remove", "a"))[0] == 0
    assert (await newsmonitor(tmp_path, "watch", "remove", "a"))[0] == 1


@pytest.mark.parametrize("before", ["watches = [{id = 'a', any = ['A']}]\n", "[[targets]]\nid = 't'\nlog = true\n"])
async def test_a_watch_is_added_in_the_style_of_the_file(tmp_path: Path, before: str) -> None:
    (tmp_path / "real.toml").write_text(before)
    (tmp_path / "monitor.toml").symlink_to("real.toml")
    assert (await newsmonitor(tmp_path, "watch", "add", "kim", "--any", "Kim Jong Un"))[0] == 0
    assert (tmp_path / "monitor.toml").is_symlink()
    _, out, _ = await newsmonitor(tmp_path, "watch", "list", "--json")
    assert json.loads(out.splitlines()[-1])["any"] == ["Kim Jong Un"]


async def test_an_error_of_the_operating_system_is_one_line(tmp_path: Path) -> None:
    code, _, err = await newsmonitor(tmp_path, "-c", "absent/monitor.toml", "init")
    assert (code, err) == (1, "[Errno 2] No such file or directory: 'absent/monitor.toml'\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "monitor.toml").write_text(f'listen = "127.0.0.1:{port}"\n')
        code, _, err = await newsmonitor(tmp_path, "run", "alerts")
    assert (code, "address already in use" in err, "Traceback" in err) == (1, True, False)


@pytest.mark.parametrize(
    ("words", "code", "shown"),
    [
        ("status", 0, "alerts     has not run yet"),
        ("alerts", 0, ""),
        ("dead list", 0, ""),
        ("feeds list", 0, "new      Fake"),
        ("explain some-article kim", 1, ""),
        ("backtest", 0, ""),
        ("dead redrive", 1, ""),
        ("streams skip alerts", 1, ""),
    ],
)
async def test_commands_that_read_report_a_missing_bus_and_do_not_create_it(
    tmp_path: Path, fake: FakeFeed, words: str, code: int, shown: str
) -> None:
    write_config(tmp_path, fake)
    exit_code, out, err = await newsmonitor(tmp_path, *words.split())
    assert (exit_code, shown in out, "nothing has run yet" in err, "news.db" in err) == (code, True, True, True), (out, err)
    assert file_names(tmp_path) == ["monitor.toml"]


def file_names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def test_following_alerts_waits_for_the_first_run(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    words = ("alerts", "--follow", "--json")
    process = await asyncio.create_subprocess_exec(*COMMAND, *words, cwd=tmp_path, stdout=PIPE, stderr=PIPE, env=environment())
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            assert b"waiting for it" in await process.stderr.readline()
            assert not (tmp_path / "news.db").exists()
            async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
                await bus.publish([encode(alert())])
            assert json.loads(await process.stdout.readline())["id"] == "kim:s1"
    finally:
        process.kill()
        await process.communicate()


@pytest.mark.parametrize("hours", ["nan", "inf", "-1", "1e9"])
async def test_invalid_hours_are_wrong_usage(tmp_path: Path, fake: FakeFeed, hours: str) -> None:
    write_config(tmp_path, fake)
    code, _, err = await newsmonitor(tmp_path, "alerts", "--hours", hours)
    assert (code, "--hours" in err, "Traceback" in err) == (2, True, False)


async def test_an_invalid_record_is_skipped_and_reported(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord("alert.v1", "k", b"{}"), ProducerRecord("feed.v1", "k", b"{}"), encode(alert())])
    code, out, err = await newsmonitor(tmp_path, "alerts", "--json", "--watch", "kim")
    assert (code, json.loads(out)["id"]) == (0, "kim:s1")
    assert err.startswith("alert.v1/0 skipped: alert.v1 at /: ")
    code, _, err = await newsmonitor(tmp_path, "status")
    assert (code, err.startswith("feed.v1/0 skipped")) == (0, True)


async def test_a_redrive_of_deleted_dead_letters_names_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        assert await redrive(bus) == 0
        await bus.publish([ProducerRecord("dead.v1", "k", b"{}")])
    with closing(sqlite3.connect(tmp_path / "news.db", isolation_level=None)) as file:
        file.execute("UPDATE streams SET floor = 1 WHERE name = 'dead.v1'")
    code, _, err = await newsmonitor(tmp_path, "dead", "redrive")
    assert (code, "`newsmonitor streams skip redrive`" in err, "Traceback" in err) == (1, True, False)
    assert (await newsmonitor(tmp_path, "streams", "skip", "redrive"))[0] == 0
    assert (await newsmonitor(tmp_path, "dead", "redrive"))[:2] == (0, "0 retried\n")


async def test_run_raises_alerts_reloads_the_config_and_answers_ready(tmp_path: Path, fake: FakeFeed) -> None:
    (port,) = free_ports(1)
    write_config(tmp_path, fake, listen=f'listen = "127.0.0.1:{port}"')
    fake.responds_with_items("/a")
    async with started(tmp_path, "run"), aiohttp.ClientSession() as session:

        async def is_ready() -> bool:
            try:
                async with session.get(f"http://127.0.0.1:{port}/ready") as response:
                    return response.status == 200
            except aiohttp.ClientError:
                return False

        async def raised(count: int) -> list[str]:
            _, out, _ = await newsmonitor(tmp_path, "alerts", "--json")
            return out.splitlines() if len(out.splitlines()) >= count else []

        await until(is_ready)
        await asyncio.sleep(1.5)
        fake.responds_with_items("/a", "Kim Jong Un travels by train")
        (line,) = await until(lambda: raised(1))
        alert = json.loads(line)
        assert (alert["watch"], alert["outlets"], alert["reasons"][0]["words"]) == ("kim", ["Fake"], "Kim Jong Un")
        await newsmonitor(tmp_path, "watch", "add", "ferry", "--any", "ferry")
        await asyncio.sleep(1.5)
        fake.responds_with_items("/a", "A ferry was late", "Kim Jong Un travels by train")
        await until(lambda: raised(2))
        code, out, _ = await newsmonitor(tmp_path, "explain", alert["articles"][0]["id"], "kim")
        assert (code, "'Kim Jong Un' (title 0)" in out) == (0, True)
        code, out, _ = await newsmonitor(tmp_path, "status", "--json")
        status = json.loads(out)
        assert (code, status["feeds"], status["dead"], status["services"]["alerts"]) == (0, {"ok": 1}, 0, 0)
    code, out, _ = await newsmonitor(tmp_path, "alerts", "--watch", "ferry")
    assert "because of any 'ferry'" in out
    assert "Kim" not in out


async def test_a_failing_feed_is_reported(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    async with started(tmp_path, "run", "poller"):

        async def failing() -> bool:
            code, out, _ = await newsmonitor(tmp_path, "status")
            return code == 1 and "1 http_404" in out and "HTTP 404" in out

        async def recovered() -> bool:
            code, out, _ = await newsmonitor(tmp_path, "status")
            return code == 0 and "http_404" not in out

        await until(failing)
        _, out, _ = await newsmonitor(tmp_path, "status", "--json")
        assert json.loads(out)["reasons"] == {"http_404": 1}
        # The state recovers by itself when the cause is gone.
        fake.responds_with_items("/a", "one")
        await until(recovered, 30)


async def test_dead_letters_are_listed_and_redriven_once(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    fake.responds_with_items("/a")
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord("article.raw.v1", "k", b"{}", {"feed": "f"})])
        async with started(tmp_path, "run", "entities"):
            await until(lambda: dead_letters(tmp_path, 1))
            (letter,) = await dead_letters(tmp_path, 1)
            assert (letter["service"], letter["reason"], letter["stream"]) == ("entities", "invalid", "article.raw.v1")
            assert letter["redriven"] is False
            code, out, _ = await newsmonitor(tmp_path, "dead", "redrive")
            assert (code, out) == (0, "1 retried\n")
            first, second = await until(lambda: dead_letters(tmp_path, 2))
            assert (first["redriven"], second["redriven"]) == (True, False)
            _, out, _ = await newsmonitor(tmp_path, "status", "--json")
            assert json.loads(out)["dead"] == 1


async def test_dead_pass_skips_messages_of_a_service(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord("article.raw.v1", f"k{number}", b"{}", {"feed": f"{number}"}) for number in range(3)])
        assert (await newsmonitor(tmp_path, "dead", "pass", "no-such-service"))[0] == 2
        code, out, _ = await newsmonitor(tmp_path, "dead", "pass", "entities", "--count", "2")
        assert (code, out) == (0, "entities skipped 2 of article.raw.v1\n")
        assert await bus.lag("entities", "article.raw.v1") == 1
    assert [letter["reason"] for letter in await dead_letters(tmp_path, 2)] == ["passed", "passed"]


async def dead_letters(folder: Path, count: int) -> list[dict[str, object]]:
    """Return the dead letters if there are at least *count*, else nothing."""
    _, out, _ = await newsmonitor(folder, "dead", "list", "--json")
    letters = [json.loads(line) for line in out.splitlines()]
    return letters if len(letters) >= count else []


@pytest.mark.kafka
async def test_run_on_kafka_creates_the_streams_and_raises_alerts(tmp_path: Path, fake: FakeFeed, broker: str) -> None:
    write_config(tmp_path, fake)
    text = (tmp_path / "monitor.toml").read_text()
    (tmp_path / "monitor.toml").write_text(text.replace("sqlite:news.db", f"kafka://{broker}/command"))
    code, out, _ = await newsmonitor(tmp_path, "streams", "check")
    assert (code, "article.raw.v1 does not exist" in out) == (1, True)
    fake.responds_with_items("/a")
    async with started(tmp_path, "run"):

        async def polled() -> bool:
            return fake.count("/a") > 0

        await until(polled)
        await asyncio.sleep(1.5)
        fake.responds_with_items("/a", "Kim Jong Un travels by train")

        async def raised() -> str:
            return (await newsmonitor(tmp_path, "alerts", "--json"))[1]

        assert json.loads(await until(raised, seconds=40))["watch"] == "kim"
    assert (await newsmonitor(tmp_path, "streams", "check"))[0] == 0


async def test_lint_reports_an_invalid_list_and_continues(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "kim"\nany = ["@kim"]\n[[watches]]\nid = "s"\nany = ["Smith"]\n')
    code, out, _ = await newsmonitor(tmp_path, "watch", "lint", "--json")
    findings = [(each["kind"], each["watch"], each["line"]) for each in map(json.loads, out.splitlines())]
    assert (code, findings) == (1, [("wrong", "kim", 3), ("ambiguous", "s", 6)])


@pytest.mark.parametrize("article", ['{"title": null}', '{"text": ["a"]}'])
async def test_explain_refuses_a_title_or_text_that_is_not_a_string(tmp_path: Path, article: str) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "kim"\nany = ["Kim"]\n')
    (tmp_path / "a.json").write_text(article)
    code, _, err = await newsmonitor(tmp_path, "explain", "a.json", "kim")
    assert (code, "title and text must be strings" in err) == (1, True)


async def test_status_shows_the_lag_of_each_service(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord("article.raw.v1", f"k{number}", b"{}", {"feed": "f"}) for number in range(3)])
        await newsmonitor(tmp_path, "dead", "pass", "entities")
    code, out, _ = await newsmonitor(tmp_path, "status")
    assert (code, "entities   lag: 2 messages not yet read\n" in out) == (0, True)


async def test_the_help_of_streams_create_promises_no_change_of_existing_streams(tmp_path: Path) -> None:
    _, out, _ = await newsmonitor(tmp_path, "streams", "create", "--help")
    assert "Create the streams that do not exist yet. Existing streams are not changed." in " ".join(out.split()).replace(
        "  ", " "
    )


@pytest.mark.kafka
async def test_streams_create_leaves_existing_streams_unchanged(tmp_path: Path, broker: str) -> None:
    def write_days(days: int) -> None:
        (tmp_path / "monitor.toml").write_text(f'bus = "kafka://{broker}/unchanged"\n[streams]\ndays = {days}\n')

    write_days(30)
    code, out, _ = await newsmonitor(tmp_path, "streams", "create")
    assert (code, "article.raw.v1" in out) == (0, True)
    write_days(10)
    assert (await newsmonitor(tmp_path, "streams", "create"))[:2] == (0, "")
    code, out, _ = await newsmonitor(tmp_path, "streams", "check")
    assert (code, "article.raw.v1: retention.ms is '2592000000' instead of '864000000': kafka-configs.sh" in out) == (1, True)
