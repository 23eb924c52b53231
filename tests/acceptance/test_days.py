"""Recorded days of news: just the alerts that an analyst expects, on both buses."""

from pathlib import Path

import pytest

from monitor.bus.backends import Address, create_streams
from monitor.demo.day import Day, read_bundled_day, read_day
from tests.acceptance.days import differences, live_through

UNSEEN = Path(__file__).parent / "days" / "harbour.toml"
"""Written by somebody who had not seen the program."""


@pytest.mark.parametrize("day", [read_bundled_day("train"), read_day(UNSEEN)], ids=["train", "harbour"])
async def test_a_day_raises_the_alerts_that_it_must_and_no_other(day: Day, tmp_path: Path) -> None:
    result = await live_through(day, Address(f"sqlite:{tmp_path / 'bus.db'}"), tmp_path)
    assert differences(day, result) == []


@pytest.mark.kafka
async def test_the_same_day_on_kafka(tmp_path: Path, broker: str) -> None:
    at = Address(f"kafka://{broker}/day", session_seconds=2)
    await create_streams(at)
    day = read_bundled_day("train")
    assert differences(day, await live_through(day, at, tmp_path)) == []
