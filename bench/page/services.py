"""Whether the services are slower beside a page that many readers follow."""

import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

import aiohttp

from bench.harness import at_share
from bench.latency import make_config, measure
from bench.page.figures import Figure
from bench.page.log import write_config
from bench.page.process import followed, ready, serve
from monitor.bus.backends import Address, connect
from tests.fakefeed import serving

ROUNDS = 3
"""How often the latency of the services is measured without a page and beside one, in turn."""
ROUND_ARTICLES = 60


def total(durations: Sequence[dict[str, float]]) -> float:
    """Return the median of the time from the received feed to the alert."""
    return at_share(sorted(sum(each.values()) for each in durations), 0.5)


async def beside_services(readers: int) -> Figure:
    """Return by how much the latency of the services is longer beside a page that so many *readers* follow than without one."""
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(await latency_of_services(0))
        beside.append(await latency_of_services(readers))
        print(
            f"  from the feed to the alert: {alone[-1] * 1000:.1f} ms alone, {beside[-1] * 1000:.1f} ms beside a page",
            flush=True,
        )
    return Figure(f"services beside {readers} readers, longer by", (median(beside) / median(alone) - 1) * 100, 10, "%")


async def latency_of_services(readers: int) -> float:
    """Return the time from the feed to the alert, on a new log, beside a page that *readers* follow; without a page for 0."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_config(folder)
        async with serving() as server, AsyncExitStack() as stack:
            bus = await stack.enter_async_context(connect(Address(f"sqlite:{folder / 'news.db'}")))
            if readers:
                address, _ = await stack.enter_async_context(serve(folder))
                await ready(await stack.enter_async_context(aiohttp.ClientSession()), address)
                await stack.enter_async_context(followed(address, readers))
            return total(await measure(bus, make_config(folder, server.url("/feed")), server, "/feed", ROUND_ARTICLES))
