"""Edits of the watches while articles come and the service changes its process: each article is matched by one version."""

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
from tests.integration.running import everything, until
from tests.integration.test_command import COMMAND, environment
from tests.make import told

PAUSE = 0.02
"""Seconds between two articles."""


@asynccontextmanager
async def alerting(folder: Path, name: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`newsmonitor run alerts` in a process of its own, which must have ended at the end."""
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


def write(folder: Path, bus: str, *, severity: str, others: str) -> str:
    """A config that watches every article, and *others* in a file of their own; the fingerprint of the former."""
    (folder / "others.toml").write_text(others)
    (folder / "monitor.toml").write_text(
        f'bus = "{bus}"\nwatch_files = ["others.toml"]\n[[watches]]\nid = "all"\nany = ["article"]\nseverity = "{severity}"\n'
    )
    return fingerprint(read(folder / "monitor.toml").watches[0])


OLD, NEW = (f"[[watches]]\nid = '{name}'\nquery = 'article NOT other'\n" for name in ("old", "new"))


async def edited_while_articles_come(at: Address, folder: Path, ending: signal.Signals) -> None:
    first = write(folder, at.url, severity="low", others=OLD)
    async with connect(at) as bus, alerting(folder, "one") as one:
        counter, stop = itertools.count(), asyncio.Event()
        coming = asyncio.create_task(publish(bus, counter, stop))
        await seen(bus, "low", 1)
        async with alerting(folder, "two"):
            await asyncio.sleep(3)
            second = write(folder, at.url, severity="high", others=OLD)
            await seen(bus, "high", 20)
            one.send_signal(ending)
            after_that = len(await everything(bus, Alert))
            await until(lambda: more(bus, after_that + 20), seconds=40)
            write(folder, at.url, severity="high", others=NEW)
            await until(lambda: raised_by(bus, "new"), seconds=40)
            stop.set()
            count = await coming
            await until(lambda: raised_by(bus, "all", count), seconds=40)
            judge(await everything(bus, Alert), count, first, second)


async def publish(bus: Bus, counter: "itertools.count[int]", stop: asyncio.Event) -> int:
    """Articles at a steady rate, each of a story of its own; how many there were."""
    while not stop.is_set():
        number = next(counter)
        await bus.publish([encode(told(f"article {number}", id=f"{number:08}", story=f"{number:08}", minutes=number))])
        await asyncio.sleep(PAUSE)
    return next(counter)


async def seen(bus: Bus, severity: str, count: int) -> None:
    """Wait until *count* alerts have *severity*."""

    async def there() -> bool:
        return sum(alert.severity == severity for alert in await everything(bus, Alert)) >= count

    await until(there, seconds=40)


async def more(bus: Bus, count: int) -> bool:
    return len(await everything(bus, Alert)) >= count


async def raised_by(bus: Bus, watch: str, count: int = 20) -> bool:
    return sum(alert.watch == watch for alert in await everything(bus, Alert)) >= count


def judge(alerts: list[Alert], count: int, first: str, second: str) -> None:
    """Nothing missing, nothing double, and each edit from one article on."""
    stories = {watch: [int(alert.story) for alert in alerts if alert.watch == watch] for watch in ("all", "old", "new")}
    assert stories["all"] == list(range(count))
    assert stories["old"] == list(range(len(stories["old"])))
    assert stories["new"] == list(range(len(stories["old"]), count))
    assert {alert.version for alert in alerts} == {1}
    mine = [alert for alert in alerts if alert.watch == "all"]
    assert [hash_ for hash_, _ in itertools.groupby(alert.watch_hash for alert in mine)] == [first, second]
    assert {(alert.watch_hash, alert.severity) for alert in mine} == {(first, "low"), (second, "high")}
    configs: dict[str, set[str]] = {}
    for alert in alerts:
        configs.setdefault(alert.story, set()).add(alert.config_hash)
    assert all(len(hashes) == 1 for hashes in configs.values())


async def test_edits_miss_and_double_nothing_though_the_process_is_killed(tmp_path: Path) -> None:
    await edited_while_articles_come(Address(f"sqlite:{tmp_path / 'news.db'}"), tmp_path, signal.SIGKILL)


@pytest.mark.kafka
async def test_the_same_on_kafka_with_a_process_that_ends(tmp_path: Path, broker: str) -> None:
    at = Address(f"kafka://{broker}/edits")
    await create_streams(at)
    await edited_while_articles_come(at, tmp_path, signal.SIGTERM)
