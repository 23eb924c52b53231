"""What a trial does to the processes, one fault in each round. Each is a function of the system and a source of chance.

A wait here only makes it likely that a fault meets the work in progress. No result depends on it.
"""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable

from tests.kill.instrumented import COMMITTED
from tests.kill.processes import ServiceProcess, start
from tests.kill.system import System, slowness, wait_for

Fault = Callable[[System, random.Random], Awaitable[None]]
ARRIVAL_SECONDS = 30.0
"""Longest wait for work to arrive, in seconds. The feeds are polled each second, but the machine may be busy."""
IN_HAND_SECONDS = 1.5
"""Seconds after which work that has arrived is in hand: a call of a worker process, or deliveries to the receiver."""
LONGEST_IN_HAND_SECONDS = 8.0
"""The most of these seconds on a busy machine: less than newsmonitor gives a worker process."""
TAKEOVER_SECONDS = 60.0
"""Longest wait for another process to take over, in seconds."""


async def kill(system: System, rng: random.Random) -> None:
    """Kill one process at a random moment."""
    process = system.choose(rng)
    await asyncio.sleep(rng.uniform(0, 1))
    await system.kill(process)


async def kill_in_commit(system: System, rng: random.Random) -> None:
    """Kill one process inside a commit."""
    process = system.choose(rng)
    await process.kill_in_commit()
    await system.kill(process)


async def kill_all(system: System, rng: random.Random) -> None:
    """Kill all processes at the same random moment."""
    await asyncio.sleep(rng.uniform(0, 2))
    for process in system.processes:
        process.process.kill()
    for process in system.processes:
        await system.kill(process, "killed with all others")


async def kill_with_pending_deliveries(system: System, rng: random.Random) -> None:  # noqa: ARG001  (a fault takes it)
    """Kill the delivery service while the receiver refuses everything."""
    receiver, count = system.receiver, len(system.receiver.received)
    receiver.is_refusing = True
    await wait_for(lambda: len(receiver.received) > count, ARRIVAL_SECONDS)
    await asyncio.sleep(min(IN_HAND_SECONDS * slowness(), LONGEST_IN_HAND_SECONDS))
    if process := system.process_of("delivery"):
        await system.kill(process, f"killed after {len(receiver.received) - count} refused deliveries")
    receiver.is_refusing = False


async def kill_parser(system: System, rng: random.Random) -> None:  # noqa: ARG001  (a fault takes it)
    """Kill the worker processes of the poller while they have a feed to parse."""
    if process := system.process_of("poller"):
        count = len(system.server.served)
        await _kill_workers(system, process, lambda: len(system.server.served) > count)


async def kill_recogniser(system: System, rng: random.Random) -> None:  # noqa: ARG001  (a fault takes it)
    """Kill the worker process of the entities service while it has an article to read."""

    async def has_article() -> bool:
        streams = (await system.log.read()).streams
        return len(streams["article.raw.v1"]) + len(streams["article.backfill.v1"]) > len(streams["article.entities.v1"])

    if process := system.process_of("entities"):
        await _kill_workers(system, process, has_article)


async def terminate(system: System, rng: random.Random) -> None:
    """End one process with SIGTERM."""
    process = system.choose(rng)
    await asyncio.sleep(rng.uniform(0, 1))
    code = await process.terminate()
    system.note(process, f"terminated, exit code {code}")
    if code:
        raise RuntimeError(f"{process.services} ended with exit code {code}")


async def stop_and_continue(system: System, rng: random.Random) -> None:
    """Stop one process for up to three seconds, longer than the session timeout on Kafka."""
    process = system.choose(rng)
    await asyncio.sleep(rng.uniform(0, 1))
    process.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(rng.uniform(0.5, 3))
    process.process.send_signal(signal.SIGCONT)
    system.note(process, "stopped and continued")


async def take_over(system: System, rng: random.Random) -> None:
    """Stop one process before a commit, let another one take over its services, and let the first one commit.

    The delivery service is left out: what a stopped process has begun to send cannot be called back.
    """
    process = system.choose(rng, without="delivery")
    if not await process.stop_before_commit():
        await system.kill(process, "killed without a commit")
        return
    system.unlock(process)
    successor = await start(system.config_file, *process.services)
    system.processes = [each for each in system.processes if each is not process] + [successor]
    system.rivals.append(process)
    took_over = await wait_for(lambda: bool(successor.flags[COMMITTED]), TAKEOVER_SECONDS)
    process.process.send_signal(signal.SIGCONT)
    system.note(process, "stopped before a commit, and continued after " + ("a takeover" if took_over else "a minute"))


async def stay_away(system: System, rng: random.Random) -> None:
    """Kill one process, and leave it down until the feeds have shown another round, so that its input piles up."""
    process = system.choose(rng, without="poller")
    await system.kill(process, "killed, and left down for a round")
    system.absent = process.services


async def _kill_workers(system: System, process: ServiceProcess, has_work: Callable[[], bool | Awaitable[bool]]) -> None:
    """Stop the workers of *process*, wait until they have work, and kill them."""
    workers = process.workers()
    for worker in workers:
        worker.suspend()
    await wait_for(has_work, ARRIVAL_SECONDS)
    await asyncio.sleep(min(IN_HAND_SECONDS * slowness(), LONGEST_IN_HAND_SECONDS))
    for worker in workers:
        if worker.is_running():
            worker.kill()
    system.note(process, f"lost its {len(workers)} workers")


OF_BUS: tuple[Fault, ...] = (kill_all, kill_in_commit, kill_in_commit, take_over, take_over, stay_away)
"""The faults that a bus must withstand."""
SHORT: tuple[Fault, ...] = (*OF_BUS, kill_with_pending_deliveries, kill_parser, kill_recogniser)
"""The faults of a short trial."""
FAULTS: tuple[Fault, ...] = (*SHORT, kill, kill_in_commit, terminate, stop_and_continue)
"""The faults of a trial, which makes them in a random order."""
