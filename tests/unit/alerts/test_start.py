"""What the alerts service prepares before it reads."""

import subprocess
import sys

START = """
import asyncio, cProfile, pstats

from consumers.alerts import service
from monitor.config import Config
from monitor.text import gazetteer

config = Config()
alerts = service.make(lambda: config)


async def start():
    async with alerts.lifespan():
        gazetteer.resolve("Bergen")


profile = cProfile.Profile()
profile.runcall(asyncio.run, start())
print(pstats.Stats(profile).total_calls)
"""
"""Starts the service, looks a name up, and prints how many functions the event loop's thread called. A profile counts those of
its own thread."""


def test_the_known_names_are_indexed_at_the_start_and_not_by_the_event_loop() -> None:
    result = subprocess.run([sys.executable, "-c", START], check=True, capture_output=True, text=True)
    # The index takes hundreds of thousands.
    assert int(result.stdout) < 50_000
