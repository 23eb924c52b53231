"""The command, as its users type it."""

import asyncio
import json
import socket
import sqlite3
from asyncio.subprocess import PIPE
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from monitor.bus import ProducerRecord
from monitor.bus.backends import connect
from monitor.messages.codec import encode
from monitor.runtime.dead_letters import redrive
from tests.fakefeed import FakeFeed
from tests.integration.command import COMMAND, environment, newsmonitor, started, write_config
from tests.make import alert
from tests.ports import unused_port
from tests.running import until


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


async def test_exit_codes_distinguish_wrong_usage_from_problems(tmp_path: Path) -> None:
    assert (await newsmonitor(tmp_path, "no-such-command"))[0] == 2
    assert (await newsmonitor(tmp_path, "run", "no-such-service"))[0] == 2
    code, _, err = await newsmonitor(tmp_path, "check", "--help")
    assert (code, err) == (0, "")
    code, _, err = await newsmonitor(tmp_path, "status")
    assert (code, "`newsmonitor init` writes one" in err) == (1, True)


async def test_an_error_of_the_operating_system_is_one_line(tmp_path: Path) -> None:
    code, _, err = await newsmonitor(tmp_path, "-c", "absent/monitor.toml", "init")
    assert (code, err) == (1, "[Errno 2] No such file or directory: 'absent/monitor.toml'\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "monitor.toml").write_text(f'listen = "127.0.0.1:{port}"\n')
        code, _, err = await newsmonitor(tmp_path, "run", "alerts")
    assert code == 1
    assert f"listen = '127.0.0.1:{port}': another process uses this port; choose another port" in err
    assert "Traceback" not in err
    code, _, err = await newsmonitor(tmp_path, "demo", "--speed", "20000")
    assert (code, "20000.0 is not in the range 4<=x<=5000" in err) == (2, True)


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
    assert err.startswith("alert.v1/0/0 skipped: alert.v1 at /: ")
    code, _, err = await newsmonitor(tmp_path, "status")
    assert (code, err.startswith("feed.v1/0/0 skipped")) == (0, True)


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
    port = unused_port()
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
    assert "because of 'ferry'" in out
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


async def test_status_shows_the_lag_of_each_service(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord("article.raw.v1", f"k{number}", b"{}", {"feed": "f"}) for number in range(3)])
        await newsmonitor(tmp_path, "dead", "pass", "entities")
    code, out, _ = await newsmonitor(tmp_path, "status")
    assert (code, "entities   does not run; lag: 2 messages not yet read\n" in out) == (0, True)


async def test_the_help_of_streams_create_promises_no_change_of_existing_streams(tmp_path: Path) -> None:
    _, out, _ = await newsmonitor(tmp_path, "streams", "create", "--help")
    assert "Existing streams are not changed: " in " ".join(out.split())


@pytest.mark.kafka
async def test_streams_create_leaves_existing_streams_unchanged(tmp_path: Path, broker: str) -> None:
    def write_days(days: int) -> None:
        (tmp_path / "monitor.toml").write_text(f'bus = "kafka://{broker}/unchanged"\n[streams]\ndays = {days}\n')

    write_days(30)
    code, out, _ = await newsmonitor(tmp_path, "streams", "create")
    assert (code, "article.raw.v1" in out) == (0, True)
    write_days(60)
    assert (await newsmonitor(tmp_path, "streams", "create"))[:2] == (0, "no stream is missing\n")
    code, out, _ = await newsmonitor(tmp_path, "streams", "check")
    (line,) = [each for each in out.splitlines() if "article.raw.v1" in each]
    difference = "streams retention.ms is '2592000000' instead of '5184000000': streams.days says how long"
    assert (code, line.startswith("act   in "), difference in line) == (1, True, True)
    assert "unchanged.article.raw.v1 " in line.partition("; for topic in ")[2]
