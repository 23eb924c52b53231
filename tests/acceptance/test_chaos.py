"""The short form of `make chaos`: random faults lose, duplicate and change nothing, are told, and a trial would notice."""

import random
from pathlib import Path

import pytest

from tests.chaos.deliveries import kill_deliveries
from tests.chaos.faults.table import named
from tests.chaos.mutants import MUTANTS, run_mutant
from tests.chaos.pollers import lose_pollers
from tests.chaos.trial import run_trial

SEED = 1
ON_SQLITE = (
    "kill all",
    "kill in commit",
    "take over",
    "kill with pending deliveries",
    "kill model",
    "exchange file",
    "fill disk",
)
ON_KAFKA = ("kill all", "kill in commit", "take over", "stay away", "recreate stream")
OF_THE_CLOCK = ("step clock",)


async def test_faults_lose_duplicate_and_change_nothing_on_sqlite(tmp_path: Path) -> None:
    report = await run_trial(f"sqlite:{tmp_path / 'bus.db'}", tmp_path, SEED, faults=named(*ON_SQLITE))
    assert report.findings == [], report.events


@pytest.mark.faketime
async def test_a_clock_that_is_set_loses_duplicates_and_changes_nothing(tmp_path: Path) -> None:
    report = await run_trial(f"sqlite:{tmp_path / 'bus.db'}", tmp_path, SEED, "table", named(*OF_THE_CLOCK))
    assert (report.findings, report.left_out) == ([], {}), report.events


@pytest.mark.kafka
async def test_faults_lose_duplicate_and_change_nothing_on_kafka(tmp_path: Path, broker: str) -> None:
    report = await run_trial(f"kafka://{broker}/chaos", tmp_path, SEED, "table", named(*ON_KAFKA))
    assert report.findings == [], report.events


async def test_kills_of_the_delivery_service_lose_and_reorder_nothing_on_sqlite(tmp_path: Path) -> None:
    report = await kill_deliveries(f"sqlite:{tmp_path / 'bus.db'}", tmp_path, kills=4, seed=SEED)
    assert (report.findings, report.kills) == ([], 4)


@pytest.mark.kafka
async def test_pollers_take_over_the_feeds_of_one_that_is_lost(tmp_path: Path, broker: str) -> None:
    url, rng = f"kafka://{broker}/share", random.Random(7)
    report = await lose_pollers(url, tmp_path, pollers=3, feeds=60, losses=6, rng=rng, interval=1.5)
    assert (len(report.after_kill) + len(report.after_stop), report.findings) == (6, [])


def test_a_trial_catches_a_program_that_finds_no_entities() -> None:
    mutant = next(each for each in MUTANTS if each.name == "the entities are empty")
    assert mutant.kinds & {kind for kind, _ in run_mutant(mutant, SEED)}
