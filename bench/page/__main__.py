"""The page on a log with 10,000 alerts and 100,000 articles, against its budgets: pages, memory, live changes, search.

Run it with `python -m bench.page`. Two numbers, of alerts and articles, make the log smaller.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.page.figures import Figure, report
from bench.page.log import fill, write_config
from bench.page.process import followed, started
from bench.page.requests import idle, memory, time_after_change, time_check, time_events, time_paths
from bench.page.services import beside_services
from monitor import logs
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.config import Config

ALERTS, ARTICLES = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 100_000)
READERS = 50


async def measure_page(folder: Path, bus: Bus) -> list[Figure]:
    """Return the figures of the page of the log in *folder*, whose index is built."""
    async with started(folder) as (url, process):
        figures = [await idle(process, 0), *await time_paths(url, process), await time_after_change(url, bus)]
        figures += await time_events(url, bus)
        async with followed(url, READERS):
            return [*figures, await idle(process, READERS), memory(process, READERS)]


async def main() -> None:
    """Fill a log, serve it while the index is built, measure the page with the index built, and the services beside it."""
    logs.set_up("error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_config(folder)
        async with connect(f"sqlite:{folder / 'news.db'}") as bus:
            await fill(bus, ALERTS, ARTICLES)
            print("first start:")
            async with started(folder):
                pass
            size = (folder / "newsmonitor-index.db").stat().st_size / (folder / "news.db").stat().st_size
            print(f"  the index has {size:.2f} times the size of the log")
            print("second start:")
            figures = await measure_page(folder, bus)
    print("services:")
    report([*figures, time_check(Config()), await beside_services(READERS)])


if __name__ == "__main__":
    asyncio.run(main())
