"""Edits of the watches while articles arrive and the service moves to another process: one version matches each article."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.bus import Bus
from monitor.bus.backends import Address, connect, create_streams
from monitor.config import fingerprint
from monitor.config.load import read
from monitor.messages import Alert
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.integration.command import COMMAND, environment
from tests.make import article_stories
from tests.running import until

INTERVAL_SECONDS = 0.02
"""Time between two articles."""


@asynccontextmanager
async def alerts_service(folder: Path, name: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `newsmonitor run alerts` in a process, which must have exited when the context closes."""
    with (folder / f"{name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "run", "alerts", cwd=folder, stdout=log, stderr=log, env=environment()
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 40)


def write_config(folder: Path, bus: str, *, severity: str, others: str) -> str:
    """Write a config with a watch on every article, and *others* to a watch file. Return the fingerprint of that watch."""
    (folder / "others.toml").write_text(others)
    (folder / "monitor.toml").write_text(
        f'bus = "{bus}"\nwatch_files = ["others.toml"]\n[[watches]]\nid = "all"\nany = ["article"]\nseverity = "{severity}"\n'
    )
    return fingerprint(read(folder / "monitor.toml").watches[0])


OLD, NEW = (f"[[watches]]\nid = '{name}'\nquery = 'article NOT other'\n" for name in ("old", "new"))


async def edit_while_articles_arrive(at: Address, folder: Path, ending: signal.Signals) -> None:
    first = write_config(folder, at.url, severity="low", others=OLD)
    async with connect(at) as bus, alerts_service(folder, "one") as one:
        counter, stop = itertools.count(), asyncio.Event()
        publishing = asyncio.create_task(publish(bus, counter, stop))
        await wait_for_severity(bus, "low", 1)
        async with alerts_service(folder, "two"):
            await asyncio.sleep(3)
            second = write_config(folder, at.url, severity="high", others=OLD)
            await wait_for_severity(bus, "high", 20)
            one.send_signal(ending)
            count_before = len(await read_all(bus, Alert))
            await until(lambda: has_alerts(bus, count_before + 20), seconds=40)
            write_config(folder, at.url, severity="high", others=NEW)
            await until(lambda: has_alerts_of(bus, "new"), seconds=40)
            stop.set()
            count = await publishing
            await until(lambda: has_alerts_of(bus, "all", count), seconds=40)
            assert_complete(await read_all(bus, Alert), count, first, second)


async def publish(bus: Bus, counter: "itertools.count[int]", stop: asyncio.Event) -> int:
    """Publish articles at a constant rate, each in its own story, until *stop* is set. Return their number."""
    while not stop.is_set():
        number = next(counter)
        await bus.publish(
            [encode(article_stories(f"article {number}", id=f"{number:08}", story=f"{number:08}", minutes=number))]
        )
        await asyncio.sleep(INTERVAL_SECONDS)
    return next(counter)


async def wait_for_severity(bus: Bus, severity: str, count: int) -> None:
    """Wait until *count* alerts have *severity*."""

    async def enough() -> bool:
        return sum(alert.severity == severity for alert in await read_all(bus, Alert)) >= count

    await until(enough, seconds=40)


async def has_alerts(bus: Bus, count: int) -> bool:
    return len(await read_all(bus, Alert)) >= count


async def has_alerts_of(bus: Bus, watch: str, count: int = 20) -> bool:
    return sum(alert.watch == watch for alert in await read_all(bus, Alert)) >= count


def assert_complete(alerts: list[Alert], count: int, first: str, second: str) -> None:
    """Assert that no alert is missing or duplicated, and that each edit takes effect from one article on."""
    stories = {watch: [int(alert.story) for alert in alerts if alert.watch == watch] for watch in ("all", "old", "new")}
    assert stories["all"] == list(range(count))
    assert stories["old"] == list(range(len(stories["old"])))
    assert stories["new"] == list(range(len(stories["old"]), count))
    assert {alert.version for alert in alerts} == {1}
    of_all = [alert for alert in alerts if alert.watch == "all"]
    assert [hash_ for hash_, _ in itertools.groupby(alert.watch_hash for alert in of_all)] == [first, second]
    assert {(alert.watch_hash, alert.severity) for alert in of_all} == {(first, "low"), (second, "high")}
    configs: dict[str, set[str]] = {}
    for alert in alerts:
        configs.setdefault(alert.story, set()).add(alert.config_hash)
    assert all(len(hashes) == 1 for hashes in configs.values())


async def test_edits_lose_and_duplicate_no_alert_although_the_process_is_killed(tmp_path: Path) -> None:
    await edit_while_articles_arrive(Address(f"sqlite:{tmp_path / 'news.db'}"), tmp_path, signal.SIGKILL)


@pytest.mark.kafka
async def test_edits_lose_and_duplicate_no_alert_on_kafka_when_the_process_stops(tmp_path: Path, broker: str) -> None:
    at = Address(f"kafka://{broker}/edits")
    await create_streams(at)
    await edit_while_articles_arrive(at, tmp_path, signal.SIGTERM)
