"""Processes that are stopped while they write the file, or while they own a group."""

import asyncio
import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from monitor.bus import Fenced, Partition, ProducerRecord, Transient
from monitor.bus.sqlite import locks, tables
from monitor.bus.sqlite.bus import connect
from monitor.bus.sqlite.transactions import Timeouts
from tests.bus import restore_nothing
from tests.unit.bus.peer import RETENTION, STREAM, line, peer

open_bus = partial(connect, retention=RETENTION, synchronous="off", timeouts=Timeouts(lock=0.3, stopped=0.6))
"""Open the bus, with shorter timeouts than newsmonitor has."""


async def test_a_process_that_is_stopped_inside_a_write_is_named_and_then_killed(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    told: list[str] = []
    async with open_bus(path) as bus:
        await bus.publish([ProducerRecord(STREAM, "first", b"x")])
        with peer(path, "stop") as process:
            await asyncio.to_thread(line, process, "stopping")
            async with asyncio.timeout(20):
                while await bus.lag("none", STREAM) is None:
                    try:
                        await bus.publish([ProducerRecord(STREAM, "second", b"x")])
                        break
                    except Transient as error:
                        told.append(str(error))
                        await asyncio.sleep(0.05)
            assert await asyncio.to_thread(process.wait, 10) == -signal.SIGKILL
        assert any(f"by process {process.pid}, which is stopped; continue it with `kill -CONT" in text for text in told)
        assert [record.key async for record in bus.replay(STREAM, None)] == ["first", "second"]


async def test_another_program_that_holds_the_lock_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    program = (
        f"import sqlite3, os, signal, time; db = sqlite3.connect({str(path)!r}, isolation_level=None);"
        " db.execute('BEGIN IMMEDIATE'); print('locked', flush=True); os.kill(os.getpid(), signal.SIGSTOP); time.sleep(60)"
    )
    async with open_bus(path) as bus:
        await bus.publish([ProducerRecord(STREAM, "first", b"x")])
        process = await asyncio.create_subprocess_exec("python3", "-c", program, stdout=asyncio.subprocess.PIPE)
        try:
            assert process.stdout is not None
            await process.stdout.readline()
            ends = time.monotonic() + 2
            while time.monotonic() < ends:
                with pytest.raises(Transient, match=f"by process {process.pid}"):
                    await bus.publish([ProducerRecord(STREAM, "second", b"x")])
                await asyncio.sleep(0.1)
            assert locks.is_stopped(process.pid)
        finally:
            process.kill()
            await process.wait()
        await bus.publish([ProducerRecord(STREAM, "second", b"x")])


async def test_a_group_is_taken_over_from_a_stopped_process_which_is_fenced_when_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with open_bus(path) as bus:
        await bus.publish([ProducerRecord(STREAM, str(number), b"x") for number in range(5)])
        with peer(path, "own") as process:
            await asyncio.to_thread(line, process, "owns")
            async with bus.subscribe("entities", STREAM, restore=restore_nothing) as standby:
                assert await standby.read(5, 0.2) == ()
                os.kill(process.pid, signal.SIGSTOP)
                async with asyncio.timeout(20):
                    while not (batch := await standby.read(5, 0.2)):
                        pass
                await standby.commit(batch[0].partition, batch[:2], ())
                assert f"taken over from process {process.pid}, which is stopped: continue it with `kill -CONT" in str(
                    standby.trouble()
                )
                os.kill(process.pid, signal.SIGCONT)
                await asyncio.to_thread(line, process, "owns")
                assert standby.trouble() is None
                await standby.commit(batch[0].partition, batch[2:4], ())
                assert await bus.positions("entities", STREAM) == {0: 4}
            # Its lock is gone with it; the next member takes over in the usual way.
        async with bus.subscribe("entities", STREAM, restore=restore_nothing) as next_member:
            assert [record.key for record in await next_member.read(5, 5)] == ["4"]


async def test_a_former_owner_that_was_stopped_cannot_commit(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with open_bus(path) as bus, open_bus(path) as other:
        await bus.publish([ProducerRecord(STREAM, "a", b"x")])
        async with bus.subscribe("entities", STREAM, restore=restore_nothing) as former:
            batch = await former.read(5, 1)
            # What the takeover does: a claim without the lock.
            await other.write(tables.claim, "entities", [STREAM])
            with pytest.raises(Fenced):
                await former.commit(batch[0].partition, batch, ())


async def test_a_former_owner_that_reads_beside_its_commit_begins_anew(tmp_path: Path) -> None:
    path, restored = tmp_path / "bus.db", []

    async def restore(partition: Partition) -> None:
        restored.append(partition)

    async with open_bus(path) as bus, open_bus(path) as other:
        await bus.publish([ProducerRecord(STREAM, "a", b"x")])
        async with bus.subscribe("entities", STREAM, restore=restore) as former:
            batch = await former.read(5, 1)
            reading = asyncio.create_task(former.read(5, 20))
            await other.write(tables.claim, "entities", [STREAM])
            with pytest.raises(Fenced):
                await former.commit(batch[0].partition, batch, ())
            assert (former.partitions(), former.is_ready()) == (frozenset(), False)
            await bus.publish([ProducerRecord(STREAM, "b", b"x")])
            stale = await reading
            with pytest.raises(Fenced):
                await former.commit(batch[0].partition, stale, ())
            assert [record.key for record in await former.read(5, 1)] == ["a", "b"]
            assert former.is_ready()
    assert restored == [Partition(STREAM), Partition(STREAM)]
