"""Whether a fault is told: by the pages of the processes, their logs, or a command for the operator."""

import asyncio
import re

import aiohttp

from monitor.concurrency import gather_all
from tests.chaos.fault import Concerned, Place, Told
from tests.chaos.processes import ServiceProcess
from tests.chaos.system import System

NO_ANSWER = ""
ANSWER = aiohttp.ClientTimeout(total=2.0)
"""A process that takes longer does not answer."""
COMMANDS = frozenset({"status", "doctor"})
ASK_SECONDS = 1.5
"""Seconds before a command is asked. It takes as much CPU time to start, and a process is lost only after some seconds."""
LOG_SECONDS = 0.5
"""Seconds for which the logs say nothing of a fault before it is made."""


async def is_told(system: System, told: Told, concerned: Concerned, before: int) -> bool:
    """Return whether *told* can be read where it says, of the processes *concerned*. *before* was the sum of its numbers."""
    if told.grows:
        return await total(system, told) > before
    processes = system.everything() if concerned is None else concerned
    if told.place in COMMANDS:
        await asyncio.sleep(ASK_SECONDS)
    text = await said(system, told.place, processes)
    return all(re.search(pattern, text) for pattern in told.patterns(processes))


async def is_silent(system: System, told: Told) -> bool:
    """Return whether nothing says *told* now: what is left of an earlier fault would tell of the next one."""
    return not await left_over(system, told)


async def left_over(system: System, told: Told) -> str:
    """Return what says *told* now; an empty text if nothing does."""
    if told.grows or told.are_new:
        return ""
    if told.place == "log":
        system.mark_logs()
        await asyncio.sleep(LOG_SECONDS)
    text = await said(system, told.place, system.everything())
    found = (re.search(pattern, text) for pattern in told.patterns(system.everything()))
    return next((match[0] for match in found if match), "")


async def said(system: System, place: Place, processes: Concerned) -> str:
    """Return what is said in *place*, on a page by any of the *processes*."""
    match place:
        case "log":
            return system.logged()
        case command if command in COMMANDS:
            return (await system.command(place))[1]
        case page:
            return "\n".join(await gather_all(read(each, page) for each in processes or ()))


async def total(system: System, told: Told) -> int:
    """Return the sum of the numbers that *told* finds; 0 if it finds none."""
    texts = await gather_all(read(each, told.place) for each in system.everything())
    return sum(int(number) for text in texts for number in re.findall(told.pattern, text) if told.grows)


async def read(process: ServiceProcess, page: str) -> str:
    """Return the text of a *page* of *process*; nothing if it does not answer."""
    try:
        async with (
            aiohttp.ClientSession(timeout=ANSWER) as session,
            session.get(f"http://127.0.0.1:{process.port}{page}") as response,
        ):
            return await response.text()
    except (aiohttp.ClientError, TimeoutError):
        return NO_ANSWER
