"""Faults of processes. A wait here only makes it likely that a fault meets the work in progress. No result depends on it."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable

from tests.chaos.fault import Concerned, NotMade, lasting
from tests.chaos.instrumented import COMMITTED, SESSION_SECONDS
from tests.chaos.processes import ServiceProcess
from tests.chaos.system import System, slowness, wait_for

ARRIVAL_SECONDS = 60.0
"""Longest wait, in seconds, for work to arrive or for another process to take over. The feeds are polled each second."""
IN_HAND_SECONDS = 1.5
"""Seconds after which work that has arrived is in hand: a call of a worker process, or deliveries to the receiver."""
LONGEST_IN_HAND_SECONDS = 8.0
"""The most of these seconds on a busy machine: less than newsmonitor gives a worker process."""
OVERRUN_SECONDS = 12.0
"""Seconds for which a worker process is stopped: longer than newsmonitor gives it."""

KILLED = r"killed a stopped process .*\b{}\b"
"""What another process logs that has killed one, by its number."""


@lasting
async def kill(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Kill one process at a random moment."""
    process = system.choose(rng)
    await asyncio.sleep(rng.uniform(0, 1))
    await system.kill(process)
    yield [process]


@lasting
async def kill_in_commit(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Kill one process inside a commit."""
    for process in system.shuffled(rng):
        if await process.kill_in_commit():
            break
    else:
        raise NotMade("no process has committed")
    await system.kill(process)
    yield [process]


@lasting
async def kill_all(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Kill all processes at the same random moment."""
    await asyncio.sleep(rng.uniform(0, 2))
    await system.kill_everything("killed with all others")
    yield system.processes


@lasting
async def kill_with_pending_deliveries(system: System, rng: random.Random) -> AsyncIterator[Concerned]:  # noqa: ARG001
    """Kill the delivery service while the receiver refuses everything."""
    receiver, count = system.receiver, len(system.receiver.received)
    receiver.is_refusing = True
    await arrival(lambda: len(receiver.received) > count, "nothing was delivered")
    await asyncio.sleep(min(IN_HAND_SECONDS * slowness(), LONGEST_IN_HAND_SECONDS))
    process = system.process_of("delivery")
    await system.kill(process, f"killed after {len(receiver.received) - count} refused deliveries")
    receiver.is_refusing = False
    yield [process]


@lasting
async def kill_parser(system: System, rng: random.Random) -> AsyncIterator[Concerned]:  # noqa: ARG001
    """Kill the worker processes of the poller while they have a feed to parse."""
    count = len(system.server.served)
    process = system.process_of("poller")
    await _kill_workers(system, process, lambda: len(system.server.served) > count)
    yield [process]


@lasting
async def kill_model(system: System, rng: random.Random) -> AsyncIterator[Concerned]:  # noqa: ARG001
    """Kill the worker process of the entities service while it has an article to read."""
    process = system.process_of("entities")
    await _kill_workers(system, process, _has_article(system))
    yield [process]


@lasting
async def slow_model(system: System, rng: random.Random) -> AsyncIterator[Concerned]:  # noqa: ARG001
    """Stop the worker process of the entities service for longer than it may take."""
    process = system.process_of("entities")
    workers = process.workers()
    for worker in workers:
        worker.suspend()
    await arrival(_has_article(system), "no article has come")
    system.note(process, f"its {len(workers)} workers stopped")
    await wait_for(lambda: not any(worker.is_running() for worker in workers), OVERRUN_SECONDS)
    try:
        yield [process]
    finally:
        for worker in workers:
            if worker.is_running():
                worker.resume()


@lasting
async def terminate(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """End one process with SIGTERM."""
    process = system.choose(rng)
    await asyncio.sleep(rng.uniform(0, 1))
    code = await process.terminate()
    system.note(process, f"terminated, exit code {code}")
    if code:
        raise RuntimeError(f"{process.services} ended with exit code {code}")
    yield [process]


@lasting
async def stop_and_continue(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Stop one process for some seconds, longer than the session timeout on Kafka.

    On SQLite, another process kills it after a while if it holds the lock for writing.
    """
    process = system.choose(rng)
    await asyncio.sleep(rng.uniform(0, 1))
    process.suspend()
    system.note(process, "stopped and continued")
    try:
        yield [process]
        await asyncio.sleep(rng.uniform(SESSION_SECONDS, 2 * SESSION_SECONDS))
    finally:
        _resume(system, process)


@lasting
async def take_over(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Stop one process before a commit, let another one take over its services, and let the first one commit.

    On SQLite, another process kills it after a while if one of its other threads holds the lock for writing. The delivery
    service is left out: what a stopped process has begun to send cannot be called back.
    """
    for process in system.shuffled(rng, without="delivery"):
        if await process.stop_before_commit():
            break
    else:
        raise NotMade("no process has committed")
    system.unlock(process)
    successor = await system.start(*process.services)
    system.processes = [each for each in system.processes if each is not process] + [successor]
    system.rivals.append(process)
    await arrival(lambda: bool(successor.flags[COMMITTED]), "the second process has not taken over")
    system.note(process, "stopped before a commit, and continued after a takeover")
    try:
        yield [process]
    finally:
        _resume(system, process)
        if process.is_to_end:
            system.rivals.remove(process)


@lasting
async def stay_away(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Kill one process, and leave it down until the feeds have shown a round, so that its input piles up."""
    process = system.choose(rng, without="poller")
    await system.kill(process, "killed, and left down for a round")
    await arrival(system.server.is_acknowledged, "the feeds were not polled")
    yield [process]


@lasting
async def join_and_leave(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Let a second process of some services join, and leave again in some way."""
    process = system.choose(rng, without="delivery")
    second = await system.start(*process.services)
    system.rivals.append(second)
    await arrival(lambda: second.is_ready, "the second process has not started")
    system.note(second, "joined by a second process")
    yield [second]
    await asyncio.sleep(rng.uniform(0, 2))
    if rng.random() < 0.5:
        await system.kill(second, "second process killed")
        system.rivals.remove(second)


async def arrival(condition: Callable[[], bool | Awaitable[bool]], otherwise: str) -> None:
    """Wait until *condition* returns True. Raises NotMade, with what is the case *otherwise*."""
    if not await wait_for(condition, ARRIVAL_SECONDS * slowness()):
        raise NotMade(otherwise)


def _resume(system: System, process: ServiceProcess) -> None:
    """Continue *process*, or note that another one has killed it, as it does with one that holds the lock for writing."""
    process.is_to_end = bool(re.search(KILLED.format(process.process.pid), system.logged()))
    process.resume()


def _has_article(system: System) -> Callable[[], Awaitable[bool]]:
    async def has_article() -> bool:
        streams = (await system.log.read()).streams
        return len(streams["article.raw.v1"]) + len(streams["article.backfill.v1"]) > len(streams["article.entities.v1"])

    return has_article


async def _kill_workers(system: System, process: ServiceProcess, has_work: Callable[[], bool | Awaitable[bool]]) -> None:
    """Stop the workers of *process*, wait until they have work, and kill them."""
    # A process that was just started again has none yet.
    await arrival(lambda: bool(process.workers()), "there are no workers")
    workers = process.workers()
    for worker in workers:
        worker.suspend()
    await arrival(has_work, "the workers had nothing to do")
    await asyncio.sleep(min(IN_HAND_SECONDS * slowness(), LONGEST_IN_HAND_SECONDS))
    for worker in workers:
        if worker.is_running():
            worker.kill()
    system.note(process, f"lost its {len(workers)} workers")
