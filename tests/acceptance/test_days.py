"""The services raise the alerts that an analyst expects of a day of news, and no others, on both buses."""

from pathlib import Path

import pytest

from monitor.bus.backends import Address, create_streams
from monitor.demo.day import Day, read_bundled_day, read_day
from tests.acceptance.days import differences, play

HARBOUR = Path(__file__).parent / "days" / "harbour.toml"
"""A day whose author had not seen the program."""


@pytest.mark.parametrize("day", [read_bundled_day("train"), read_day(HARBOUR)], ids=["train", "harbour"])
async def test_a_day_raises_the_expected_alerts_and_no_others(day: Day, tmp_path: Path) -> None:
    result = await play(day, Address(f"sqlite:{tmp_path / 'bus.db'}"), tmp_path)
    assert differences(day, result) == []


@pytest.mark.kafka
async def test_a_day_raises_the_expected_alerts_on_kafka(tmp_path: Path, broker: str) -> None:
    address = Address(f"kafka://{broker}/day", session_seconds=2)
    await create_streams(address)
    day = read_bundled_day("train")
    assert differences(day, await play(day, address, tmp_path)) == []
