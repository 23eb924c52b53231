"""The short form of `make kill`: faults at random moments lose, duplicate and change nothing, and the test would notice."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.kill.deliveries import kill_deliveries
from tests.kill.faults import OF_BUS, SHORT, Fault
from tests.kill.mutants import MUTANTS, run_mutant
from tests.kill.pollers import lose_pollers
from tests.kill.trial import run_trial

SEED = 1


async def check_trial(url: str, folder: Path, model: str, faults: Sequence[Fault]) -> None:
    """Run a trial on the bus at *url*; assert that nothing is found, and that a kill was inside a commit."""
    report = await run_trial(url, folder, SEED, model, faults)
    assert report.findings == [], report.events
    assert report.kills_in_commit


async def test_faults_lose_duplicate_and_change_nothing_on_sqlite(tmp_path: Path) -> None:
    await check_trial(f"sqlite:{tmp_path / 'bus.db'}", tmp_path, "auto", SHORT)


@pytest.mark.kafka
async def test_faults_lose_duplicate_and_change_nothing_on_kafka(tmp_path: Path, broker: str) -> None:
    await check_trial(f"kafka://{broker}/kill", tmp_path, "table", OF_BUS)


async def test_kills_of_the_delivery_service_lose_and_reorder_nothing_on_sqlite(tmp_path: Path) -> None:
    report = await kill_deliveries(f"sqlite:{tmp_path / 'bus.db'}", tmp_path, kills=4, seed=SEED)
    assert (report.findings, report.kills) == ([], 4)


@pytest.mark.kafka
async def test_kills_of_the_delivery_service_lose_and_reorder_nothing_on_kafka(tmp_path: Path, broker: str) -> None:
    report = await kill_deliveries(f"kafka://{broker}/deliveries", tmp_path, kills=2, seed=SEED)
    assert (report.findings, report.kills) == ([], 2)


@pytest.mark.kafka
async def test_pollers_take_over_the_feeds_of_one_that_is_lost(tmp_path: Path, broker: str) -> None:
    url, rng = f"kafka://{broker}/share", random.Random(7)
    report = await lose_pollers(url, tmp_path, pollers=3, feeds=60, losses=6, rng=rng, interval=1.5)
    assert (len(report.after_kill) + len(report.after_stop), report.findings) == (6, [])


def test_a_trial_catches_a_program_that_finds_no_entities() -> None:
    mutant = next(each for each in MUTANTS if each.name == "the entities are empty")
    assert mutant.kinds & {kind for kind, _ in run_mutant(mutant, SEED)}
