"""SIGTERM while a delivery is at any point of its way: it is recorded if its receiver answers in time, and is sent once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.messages import Delivery
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.hostile import HostileServer, hostile_server, response
from tests.integration.command import started
from tests.integration.receiver import SECRET
from tests.make import alert
from tests.running import until

OK = response()
PIECES = {
    "/nothing": (b"", OK),
    "/first-byte": (OK[:1], OK[1:]),
    "/half-a-head": (OK[:20], OK[20:]),
    "/interim": (b"HTTP/1.1 103 Early Hints\r\n\r\n", OK),
    "/body-missing": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b" done"),
    "/answered": (OK, b""),
}
"""What each receiver sends before SIGTERM and after it."""
ANSWER_SECONDS = 1.0
"""Seconds that each receiver takes to send the rest."""
NAMES = {path: path.removeprefix("/") for path in PIECES}
"""The id of the target of each path."""


async def test_a_delivery_that_is_on_its_way_at_the_end_is_recorded_and_sent_once(tmp_path: Path) -> None:
    async with hostile_server() as server:
        reached: set[str] = set()
        ended = asyncio.Event()
        for path, pieces in PIECES.items():
            server.handlers[path] = answering(server, path, pieces, reached, ended)
        write_config(tmp_path, server)
        async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
            await bus.publish([encode(alert(updated=datetime.now(UTC), to=tuple(NAMES.values())))])

        async def answer_once_stopping() -> None:
            await until(lambda: "stopping" in (tmp_path / "run.log").read_text())
            ended.set()

        async with asyncio.TaskGroup() as group, started(tmp_path, "run", "delivery"):
            await until(lambda: reached == PIECES.keys())
            group.create_task(answer_once_stopping())
        async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
            assert await states(bus) == dict.fromkeys(((NAMES[path], "kim:s1") for path in PIECES), "sent")
            # Another alert, which is delivered last, shows that nothing else was due.
            await bus.publish([encode(alert(id="kim:s2", story="s2", updated=datetime.now(UTC), to=(NAMES["/answered"],)))])
            async with started(tmp_path, "run", "delivery"):
                await until(lambda: is_sent(bus, NAMES["/answered"], "kim:s2"))
    assert Counter(head.split()[1] for head in server.requests) == Counter([*PIECES, "/answered"])


async def states(bus: Bus) -> dict[tuple[str, str], str]:
    """Return the newest state of each delivery, by target and alert."""
    return {(record.target, record.alert): record.state for record in await read_all(bus, Delivery)}


async def is_sent(bus: Bus, target: str, alert_id: str) -> bool:
    """Return whether the alert was sent to *target*."""
    return (await states(bus)).get((target, alert_id)) == "sent"


def write_config(folder: Path, server: HostileServer) -> None:
    """Write a monitor.toml with a target for each path."""
    targets = "".join(
        f'[[targets]]\nid = "{name}"\nwebhook = "{server.url(path)}"\nsecret_file = "secret"\n' for path, name in NAMES.items()
    )
    (folder / "secret").write_text(SECRET)
    (folder / "secret").chmod(0o600)
    (folder / "monitor.toml").write_text(
        f'bus = "sqlite:news.db"\n[delivery]\nallow_networks = ["127.0.0.0/8"]\n{targets}'
        f'[[watches]]\nid = "kim"\nany = ["Kim"]\nto = {list(NAMES.values())}\n'
    )


def answering(
    server: HostileServer, path: str, pieces: tuple[bytes, bytes], reached: set[str], ended: asyncio.Event
) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Return a handler that sends the first piece, adds *path* to *reached*, and the other ANSWER_SECONDS after *ended*."""

    async def handle(writer: asyncio.StreamWriter) -> None:
        await server.send(writer, pieces[0])
        reached.add(path)
        await ended.wait()
        await asyncio.sleep(ANSWER_SECONDS)
        await server.send(writer, pieces[1])

    return handle
