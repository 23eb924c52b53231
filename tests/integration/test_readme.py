"""The commands and programs of the README work."""

import asyncio
import re
import shlex
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import click
import pytest

from monitor.bus.backends import Address, connect, create_streams
from monitor.cli import main
from monitor.config.load import parse
from monitor.messages.codec import encode
from monitor.runtime import registry
from tests.fakefeed import FakeFeed, rss
from tests.integration.command import environment, newsmonitor
from tests.make import alert

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the code blocks of the README in *language*."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def lines_in_words(language: str) -> list[list[str]]:
    """Return every line of code in *language*, split into words, without comments."""
    return [shlex.split(line, comments=True) for line in "\n".join(blocks(language)).splitlines()]


def commands() -> list[list[str]]:
    """Return the arguments of every `newsmonitor` command line, in order."""
    return [words[1:] for words in lines_in_words("sh") if words[:1] == ["newsmonitor"]]


async def test_the_commands_set_up_feeds_and_watches(tmp_path: Path, fake: FakeFeed) -> None:
    fake.responds("/", '<link rel="alternate" type="application/rss+xml" href="/world.rss">', Content_Type="text/html")
    fake.responds("/world.rss", rss("Kim Jong Un boards a train"), Content_Type="application/rss+xml")
    (tmp_path / "subscriptions.opml").write_text(
        f'<opml version="2.0"><body><outline xmlUrl="{fake.url("/b")}"/></body></opml>'
    )
    (tmp_path / "article.json").write_text('{"title": "Kim Jong Un boards a train", "text": ""}')
    async with connect(f"sqlite:{tmp_path / 'newsmonitor.db'}") as bus:
        # An export writes no file before the first run.
        await bus.publish([encode(alert(1))])
    for words in commands():
        if words[0] in {"run", "streams", "alerts"}:
            continue
        arguments = [word.replace("https://example.org", fake.base) for word in words]
        code, out, err = await newsmonitor(tmp_path, *arguments)
        assert code == 0, (words, out, err)
        if words == ["init"]:
            config = (tmp_path / "monitor.toml").read_text(encoding="utf-8")
            here = config.replace("[fetch]", '[fetch]\nallow_networks = ["127.0.0.0/8"]')
            (tmp_path / "monitor.toml").write_text(here, encoding="utf-8")
    assert "train" in (await newsmonitor(tmp_path, "watch", "list"))[1]


def test_every_command_and_option_exists() -> None:
    for words in commands():
        command: click.Command = main
        context = click.Context(main)
        for word in words:
            command = (command.get_command(context, word) or command) if isinstance(command, click.Group) else command
        assert not isinstance(command, click.Group) or command.invoke_without_command, words
        options = {option for each in command.params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_the_config_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    (text,) = blocks("toml")
    assert registry.check(parse(text, tmp_path)) == []


async def test_every_make_target_exists() -> None:
    targets = {words[1] for words in lines_in_words("sh") if words[:1] == ["make"]}
    process = await asyncio.create_subprocess_exec("make", "help", cwd=ROOT, stdout=PIPE)
    out, _ = await process.communicate()
    assert {"run", "test"} <= targets <= {line.split()[0] for line in out.decode().splitlines()}


async def test_the_program_with_the_client_reads_alerts(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:newsmonitor.db"\n', encoding="utf-8")
    async with connect(f"sqlite:{tmp_path / 'newsmonitor.db'}") as bus:
        await bus.publish([encode(alert(title="Train leaves", severity="high"))])
    assert b"kim Train leaves 1 outlet" in await first_line(blocks("python")[0], tmp_path)


async def first_line(program: str, cwd: Path) -> bytes:
    """Return the first line that *program* prints, which does not end by itself."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=cwd, stdout=PIPE, env=environment())
    assert process.stdout
    try:
        return await asyncio.wait_for(process.stdout.readline(), 60)
    finally:
        process.kill()
        await process.wait()


async def test_the_program_for_sqlite_reads_alerts(tmp_path: Path) -> None:
    async with connect(f"sqlite:{tmp_path / 'newsmonitor.db'}") as bus:
        await bus.publish([encode(alert(title="Train leaves"))])
    program = blocks("python")[1]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=tmp_path, stdout=PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert out.decode().startswith("0 kim Train leaves 1 outlet")


@pytest.mark.kafka
async def test_the_program_for_kafka_reads_alerts(tmp_path: Path, broker: str) -> None:
    at = Address(f"kafka://{broker}")
    await create_streams(at)
    async with connect(at) as bus:
        await bus.publish([encode(alert(title="Train leaves"))])
    program = blocks("python")[2].replace("127.0.0.1:9092", broker)
    assert b"kim Train leaves 1 outlet" in await first_line(program, tmp_path)


@pytest.mark.kafka
async def test_the_commands_for_streams_work(tmp_path: Path, broker: str) -> None:
    (tmp_path / "monitor.toml").write_text(f'bus = "kafka://{broker}/readme"\n', encoding="utf-8")
    for words in [words for words in commands() if words[0] == "streams"]:
        code, _, err = await newsmonitor(tmp_path, *words)
        assert code == 0, err
