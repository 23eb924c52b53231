"""The short form of `make kill`: services killed at random moments lose nothing and publish nothing twice."""

import random
from pathlib import Path

import pytest

from monitor.bus.backends import Address, create_streams
from tests.kill.pollers import share
from tests.kill.trial import trial
from tests.kill.victim import SESSION_SECONDS

KILLS, ARTICLES = 10, 300
INSIDE = 2
"""At the least so many of the kills must have fallen inside a commit, or they have shown nothing."""


async def test_kills_lose_and_double_nothing_on_sqlite(tmp_path: Path) -> None:
    outcome = await trial(Address(f"sqlite:{tmp_path / 'bus.db'}"), tmp_path, KILLS, ARTICLES, random.Random(7))
    assert (outcome.kills, outcome.faults) == (KILLS, [])
    assert outcome.inside >= INSIDE


@pytest.mark.kafka
async def test_kills_lose_and_double_nothing_on_kafka(tmp_path: Path, broker: str) -> None:
    at = Address(f"kafka://{broker}/kill", session_seconds=SESSION_SECONDS)
    await create_streams(at)
    outcome = await trial(at, tmp_path, KILLS, ARTICLES, random.Random(7))
    assert (outcome.kills, outcome.faults) == (KILLS, [])
    assert outcome.inside >= INSIDE


@pytest.mark.kafka
async def test_pollers_share_feeds_and_take_over_from_each_other(tmp_path: Path, broker: str) -> None:
    at = Address(f"kafka://{broker}/share", session_seconds=SESSION_SECONDS)
    await create_streams(at)
    found = await share(at, tmp_path, pollers=3, feeds=60, losses=6, chance=random.Random(7), calm=1.5)
    assert (len(found.killed) + len(found.stopped), found.faults) == (6, [])
