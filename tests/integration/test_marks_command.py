"""The commands by which readers acknowledge, snooze and mute alerts."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from consumers.delivery.queue.delivery_queue import DeliveryQueue
from monitor.bus.backends import Address, connect
from monitor.clock import utc
from monitor.messages import Mark
from monitor.messages.codec import decode, encode
from tests.integration.command import invoke
from tests.make import alert

CONFIG = 'bus = "sqlite:news.db"\n\n[[feeds]]\nurl = "https://example.org/rss"\n\n[[watches]]\nid = "kim"\nany = ["Kim"]\n'


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A folder with a config, and a log with two versions of one alert."""
    (tmp_path / "monitor.toml").write_text(CONFIG)
    async with connect(Address(f"sqlite:{tmp_path / 'news.db'}")) as bus:
        await bus.publish([encode(alert(1)), encode(alert(2, change="outlet"))])
    return tmp_path


async def listed(folder: Path) -> list[str]:
    """Return the lines of `alerts marks`."""
    code, out, _ = await invoke(folder, "alerts", "marks")
    assert code == 0
    return out.splitlines()


async def test_an_alert_is_acknowledged_until_a_new_stance(folder: Path) -> None:
    code, out, _ = await invoke(folder, "alerts", "ack", "kim:s1", "--by", "ana", "--note", "The desk has it.")
    assert (code, out.splitlines()[0].startswith("kim:s1: acknowledged by ana at ")) == (0, True)
    (line, _) = await listed(folder)
    assert line.endswith(", version 2: The desk has it.")
    code, out, _ = await invoke(folder, "alerts", "--hours", "1e6")
    assert out.count("acknowledged by ana") == 1
    async with connect(Address(f"sqlite:{folder / 'news.db'}")) as bus:
        await bus.publish([encode(alert(3, change="outlet"))])
        assert len(await listed(folder)) == 2
        await bus.publish([encode(alert(4, change="stance")), encode(alert(5, change="stance"))])
        assert await listed(folder) == []
    _, out, _ = await invoke(folder, "alerts", "--hours", "1e6")
    assert out.count("told again: it was acknowledged by ana") == 1


async def test_an_alert_is_snoozed_muted_and_unmarked(folder: Path) -> None:
    code, _, _ = await invoke(folder, "alerts", "snooze", "kim:s1", "--by", "ana", "--until", "2999-01-01 06:00")
    assert (code, (await listed(folder))[0].endswith(", version 2, until 2999-01-01 06:00 UTC")) == (0, True)
    code, _, _ = await invoke(folder, "alerts", "snooze", "kim:s1", "--by", "ana")
    assert (await listed(folder))[0].endswith(", version 2, until the story stands otherwise or is corrected")
    code, _, _ = await invoke(folder, "alerts", "mute", "kim:s1")
    _, out, _ = await invoke(folder, "alerts", "marks", "--json")
    marked = json.loads(out)
    assert (marked["type"], marked["state"], marked["version"], bool(marked["by"])) == ("mark.v1", "muted", 2, True)
    code, out, _ = await invoke(folder, "alerts", "unmark", "kim:s1", "--by", "bo")
    assert "no longer marked by bo" in out
    assert await listed(folder) == []


async def test_an_alert_is_unmarked_by_a_clock_that_is_behind_that_of_its_mark(folder: Path) -> None:
    muted = Mark("kim:s1", "muted", 1, None, None, "ana", None, utc() + timedelta(hours=1))
    async with connect(Address(f"sqlite:{folder / 'news.db'}")) as bus:
        await bus.publish([encode(muted)])
        code, _, _ = await invoke(folder, "alerts", "unmark", "kim:s1", "--by", "bo")
        queue = DeliveryQueue()
        async for record in bus.replay(Mark.STREAM.name, None):
            queue.apply(decode(Mark, record))
    assert (code, queue.marks["kim:s1"].state, await listed(folder)) == (0, "open", [])


async def test_the_mark_that_delivery_obeys_is_the_one_that_is_listed(folder: Path) -> None:
    later = Mark("kim:s1", "muted", 1, None, None, "ana", None, utc())
    earlier = Mark("kim:s1", "open", 1, None, None, "bo", None, later.at - timedelta(seconds=2))
    queue = DeliveryQueue()
    async with connect(Address(f"sqlite:{folder / 'news.db'}")) as bus:
        for mark in (later, earlier):
            queue.apply(mark)
            await bus.publish([encode(mark)])
    assert queue.marks["kim:s1"] == later
    assert (await listed(folder))[0].startswith("kim:s1: muted by ana")
    _, out, _ = await invoke(folder, "alerts", "--hours", "1e6")
    assert "muted by ana" in out


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("ack", "kim:s2"), 2, "there is no alert 'kim:s2'; did you mean 'kim:s1'?"),
        (("snooze", "kim:s1", "--for", "soon"), 2, "--for"),
        (("snooze", "kim:s1", "--for", "1h", "--until", "2999-01-01 06:00"), 2, "give either --for or --until"),
        (("snooze", "kim:s1", "--until", "2020-01-01 06:00"), 2, "2020-01-01 06:00 UTC has passed"),
        (("muted", "kim:s1"), 2, "No such command 'muted'"),
    ],
)
async def test_a_wrong_command_says_what_is_wrong(folder: Path, words: tuple[str, ...], code: int, part: str) -> None:
    result, _, err = await invoke(folder, "alerts", *words)
    assert (result, part in err) == (code, True), err


async def test_there_is_nothing_to_mark_before_the_first_run(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(CONFIG)
    code, _, err = await invoke(tmp_path, "alerts", "ack", "kim:s1")
    assert (code, "news.db" in err) == (1, True)
