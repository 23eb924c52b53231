"""Whether a fault is told: by the pages of the processes, their logs, or a command for the operator."""

import asyncio
import re

import aiohttp

from tests.chaos.fault import Concerned, Told
from tests.chaos.processes import ServiceProcess
from tests.chaos.system import System

PAGES = ("/ready", "/metrics")
NO_ANSWER = "no answer"
ANSWER = aiohttp.ClientTimeout(total=2.0)
"""A process that takes longer does not answer."""


async def is_told(system: System, told: Told, concerned: Concerned, before: int) -> bool:
    """Return whether *told* can be read where it says, of the processes *concerned*. *before* was the sum of its numbers."""
    if told.grows:
        return await total(system, told) > before
    match told.place:
        case "log":
            text = system.logged()
        case "status" | "doctor":
            _, text = await system.command(told.place)
        case page:
            processes = system.everything() if concerned is None else concerned
            text = "\n".join(await asyncio.gather(*(read(each, page) for each in processes)))
    return re.search(told.pattern, text) is not None


async def is_silent(system: System, told: Told) -> bool:
    """Return whether no page says *told* now: what is left of an earlier fault would tell of the next one."""
    return told.grows or told.place not in PAGES or not await is_told(system, told, None, 0)


async def total(system: System, told: Told) -> int:
    """Return the sum of the numbers that *told* finds; 0 if it finds none."""
    texts = await asyncio.gather(*(read(each, told.place) for each in system.everything()))
    return sum(int(number) for text in texts for number in re.findall(told.pattern, text) if told.grows)


async def read(process: ServiceProcess, page: str) -> str:
    """Return the text of a *page* of *process*."""
    try:
        async with (
            aiohttp.ClientSession(timeout=ANSWER) as session,
            session.get(f"http://127.0.0.1:{process.port}{page}") as response,
        ):
            return await response.text()
    except (aiohttp.ClientError, TimeoutError):
        return NO_ANSWER
