"""What the services that tell origins prepare before they read."""

import subprocess
import sys

import pytest

START = """
import asyncio, cProfile, pstats, sys
from importlib import import_module

from monitor.config import Config
from monitor.origins import is_unspecified
from monitor.text import gazetteer

config = Config()
service = import_module(f'consumers.{sys.argv[1]}.service').make(lambda: config)


async def start():
    async with service.lifespan():
        gazetteer.resolve("Bergen")
        is_unspecified("reports")


profile = cProfile.Profile()
profile.runcall(asyncio.run, start())
print(pstats.Stats(profile).total_calls)
"""
"""Starts a service, looks a name and a word up, and prints how many functions the event loop's thread called. A profile counts
those of its own thread."""


@pytest.mark.parametrize("name", ["alerts", "stories"])
def test_names_and_words_are_loaded_at_the_start_and_not_by_the_event_loop(name: str) -> None:
    result = subprocess.run([sys.executable, "-c", START, name], check=True, capture_output=True, text=True)
    # The names alone take hundreds of thousands.
    assert int(result.stdout) < 50_000
