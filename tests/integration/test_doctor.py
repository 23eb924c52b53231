"""`newsmonitor doctor` on real processes and files."""

import json
import re
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.backends import connect
from tests.fakefeed import FakeFeed
from tests.integration.command import invoke, newsmonitor, started, write_config
from tests.ports import unused_port
from tests.running import until

DOCS = Path(__file__).parents[2] / "docs"
SERVICES = ("poller", "entities", "topics", "stories", "alerts", "delivery")


async def findings(folder: Path, *options: str) -> tuple[int, list[tuple[str, str, str]]]:
    """The exit code, and the level, area and text of each finding."""
    code, out, _ = await invoke(folder, *options, "doctor", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert {line["type"] for line in lines} == {"finding.v1"}
    return code, [(line["level"], line["area"], line["text"]) for line in lines]


def documented_areas() -> set[str]:
    """The areas that docs/operations.md says are examined."""
    section = (DOCS / "operations.md").read_text(encoding="utf-8").split("\n## ")[1]
    return set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))


async def acts(folder: Path, *options: str) -> list[tuple[str, str]]:
    code, found = await findings(folder, *options)
    needed = [(area, text) for level, area, text in found if level == "act"]
    assert code == bool(needed)
    return needed


async def test_all_is_well_while_the_services_run_and_not_when_they_have_stopped(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake, watches="[page]\nstart = false\n")
    fake.responds_with_items("/a", "one")
    ((area, text),) = await acts(tmp_path)
    assert (area, "`newsmonitor run` creates it" in text) == ("bus", True)

    async def is_well() -> bool:
        _, found = await findings(tmp_path)
        return {level for level, _, _ in found} == {"ok"} and ("ok", "feeds", "1 of 1 feed without a failure") in found

    async with started(tmp_path, "run"):
        await until(is_well, 60)
        code, out, _ = await newsmonitor(tmp_path, "doctor")
        assert code == 0
        assert {line.split()[1] for line in out.splitlines()} == documented_areas()
        assert "\nok    services   6 of 6 run\n" in out
        # Another file for the same bus, as on a second machine that was forgotten.
        (tmp_path / "other.toml").write_text((tmp_path / "monitor.toml").read_text() + '[[watches]]\nid = "b"\nany = ["b"]\n')
        ((area, text),) = await acts(tmp_path, "-c", "other.toml")
        assert (area, "uses another config than this file" in text) == ("config", True)
        _, out, _ = await invoke(tmp_path, "-c", "other.toml", "status")
        assert "\nconfig     the process on " in out
        assert "\nstorage    " in out
    assert await acts(tmp_path) == [("services", "no service runs: start them with `newsmonitor run`")]


async def test_a_service_that_runs_apart_leaves_the_others_to_be_started(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    fake.responds_with_items("/a", "one")

    async def named() -> list[str]:
        return [text.split()[0] for area, text in await acts(tmp_path) if area == "services"]

    async with started(tmp_path, "run", "poller"):

        async def others_are_missing() -> bool:
            return await named() == list(SERVICES[1:])

        await until(others_are_missing, 60)


async def test_a_config_with_a_problem_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\nlisten = 7\n')
    code, found = await findings(tmp_path)
    assert code == 1
    assert [(level, area) for level, area, _ in found] == [("act", "config"), ("note", "bus")]
    assert found[0][2].startswith("monitor.toml:2:")


async def test_a_broker_that_is_not_there_is_told(tmp_path: Path) -> None:
    port = unused_port()
    (tmp_path / "monitor.toml").write_text(f'bus = "kafka://127.0.0.1:{port}"\n')
    ((area, text),) = await acts(tmp_path)
    assert area == "bus"
    assert f"the broker 127.0.0.1:{port} is unavailable: " in text
    assert text.count("see whether it runs") == 1


async def test_records_that_this_version_cannot_read_are_noted(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([ProducerRecord("story.v1", "s", b'{"id": "of another version"}')])
    _, found = await findings(tmp_path)
    ((level, _, text),) = [each for each in found if each[1] == "records" and each[0] != "ok"]
    assert (level, text.startswith("story.v1: the record at story.v1/0/")) == ("note", True)
