"""`newsmonitor search` and `mcp` as their users see them on a terminal."""

import signal
from pathlib import Path

from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.messages.codec import encode
from tests.integration.command import invoke
from tests.integration.terminal import on_terminal
from tests.make import article_stories
from tests.running import until

CONFIG = 'bus = "sqlite:news.db"\n'


async def fill(folder: Path) -> None:
    """Write a config and a log with articles of two stories, in turn."""
    (folder / "monitor.toml").write_text(CONFIG)
    told = [
        article_stories(f"Train {n}", "It rains. The \x1b[2J train left.", id=f"a{n}", story=f"s{n % 2}", fetched=utc())
        for n in range(4)
    ]
    async with connect(f"sqlite:{folder / 'news.db'}") as bus:
        await bus.publish([encode(each) for each in told])


async def test_words_are_marked_on_a_terminal_alone(tmp_path: Path) -> None:
    await fill(tmp_path)
    async with on_terminal(tmp_path, "search", "train AND left", size=(120, 40)) as terminal:
        shown = await terminal.end()
    assert ("\x1b[1mTrain\x1b[0m 3" in shown, "train \x1b[1mleft\x1b[0m." in shown, "\x1b[2J" in shown) == (True, True, False)
    code, out, _ = await invoke(tmp_path, "search", "train AND left")
    assert (code, "\x1b" in out) == (0, False)
    titles = [line.partition(": ")[2] for line in out.splitlines() if ": Train" in line]
    assert titles == ["Train 3", "Train 1", "Train 2", "Train 0"]
    assert out.splitlines()[1].strip() == "The \\x1b[2J train left."


async def test_a_human_is_told_what_the_server_for_assistants_waits_for(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(CONFIG)
    async with on_terminal(tmp_path, "mcp", size=(120, 40)) as terminal:
        await terminal.until("waiting for an assistant on standard input")
        # It has begun to read once it has opened its index.
        await until((tmp_path / "newsmonitor-index.db-wal").exists)
        terminal.interrupt()
        await terminal.end()
        assert terminal.process.returncode == -signal.SIGINT
