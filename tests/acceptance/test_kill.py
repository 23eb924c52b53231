"""The short form of `make kill`: kills at random moments lose nothing and publish nothing twice."""

import random
from pathlib import Path

import pytest

from monitor.bus.backends import Address, create_streams
from tests.kill.instrumented import SESSION_SECONDS
from tests.kill.pollers import lose_pollers
from tests.kill.services import kill_services

KILLS, ARTICLES = 10, 300
MIN_KILLS_IN_COMMIT = 2
"""Fewer kills inside a commit would show nothing."""


async def check_kills(address: Address, folder: Path) -> None:
    """Kill services on the bus *address*; assert that the invariants hold."""
    report = await kill_services(address, folder, KILLS, ARTICLES, random.Random(7))
    assert (report.kills, report.violations) == (KILLS, [])
    assert report.kills_in_commit >= MIN_KILLS_IN_COMMIT


async def test_kills_lose_and_duplicate_nothing_on_sqlite(tmp_path: Path) -> None:
    await check_kills(Address(f"sqlite:{tmp_path / 'bus.db'}"), tmp_path)


@pytest.mark.kafka
async def test_kills_lose_and_duplicate_nothing_on_kafka(tmp_path: Path, broker: str) -> None:
    address = Address(f"kafka://{broker}/kill", session_seconds=SESSION_SECONDS)
    await create_streams(address)
    await check_kills(address, tmp_path)


@pytest.mark.kafka
async def test_pollers_take_over_the_feeds_of_one_that_is_lost(tmp_path: Path, broker: str) -> None:
    address = Address(f"kafka://{broker}/share", session_seconds=SESSION_SECONDS)
    await create_streams(address)
    report = await lose_pollers(address, tmp_path, pollers=3, feeds=60, losses=6, rng=random.Random(7), interval=1.5)
    assert (len(report.after_kill) + len(report.after_stop), report.violations) == (6, [])
