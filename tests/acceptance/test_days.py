"""The services raise the alerts that an analyst expects of a day of news, and no others, on both buses."""

from pathlib import Path

import pytest

from monitor.bus.backends import Address, create_streams
from monitor.demo.day import Day, read_bundled_day, read_day
from monitor.grouping import group_by_story
from tests.acceptance.days import Result, differences, play, told

HARBOUR = Path(__file__).parent / "days" / "harbour.toml"
"""A day whose author had not seen the program."""


TOLD = {
    "train": [
        ("raised", "Kim Jong Un's armoured train has left Pyongyang for Russia, South Korean officials say"),
        ("corroborated", "Kim Jong Un Is Traveling by Armored Train to Meet Putin, U.S. Official Says"),
        ("disputed", "Russian official denies Vladivostok is preparing to host Kim Jong Un-Putin summit"),
        ("confirmed", "Kremlin confirms Kim Jong Un-Putin summit in Vladivostok"),
        ("corrected", "Correction: Kim Jong Un's train left Pyongyang on Monday, not Sunday, for Putin summit in Vladivostok"),
    ],
    "harbour": [
        ("raised", "Erdogan and Mitsotakis held secret talks on ship off Valletta, officials say"),
        ("developed", "Mystery motorcade on Pinto Wharf: did two leaders meet on the Stella Calypso?"),
        ("corroborated", "Turkish and Greek leaders reported to have met in secret in Malta"),
        ("developed", "Greek and Turkish leaders met in secret in Valletta, diplomats say"),
        ("corroborated", "Greece declines to comment on report of secret Erdogan-Mitsotakis talks in Malta"),
        ("disputed", "Turkish presidency denies report of secret Malta meeting with Mitsotakis"),
        ("confirmed", "Mitsotakis confirms he met Erdogan in Valletta on Sunday"),
        ("corrected", "Correction: Greek and Turkish leaders met in Valletta on Sunday, not Monday"),
        ("confirmed", "Malta confirms it hosted Erdogan and Mitsotakis on the Stella Calypso"),
    ],
}
"""The states of the main story of each day, with the headline that brings each."""


def assert_one_entry_for_each_story(day: Day, result: Result, main: str) -> None:
    """The story *main* is one entry with all of its watches, and tells its states; stories like it are apart."""
    assert told(result, main) == TOLD[main]
    entries = {entry.key: {*entry.watches} for entry in group_by_story(result.versions)}
    assert all(len(result.stories[key]) == 1 for key in entries), "an entry has the articles of one story"
    assert {result.label(key): watches for key, watches in entries.items()} == {
        story: {alert["watch"] for alert in day.expected if alert["story"] == story}
        for story in {alert["story"] for alert in day.expected}
    }
    assert len(entries) == len({result.label(key) for key in entries}), "each story is one entry"


@pytest.mark.parametrize(
    ("day", "main"), [(read_bundled_day("train"), "train"), (read_day(HARBOUR), "harbour")], ids=["train", "harbour"]
)
async def test_a_day_raises_the_expected_alerts_and_no_others(day: Day, main: str, tmp_path: Path) -> None:
    result = await play(day, Address(f"sqlite:{tmp_path / 'bus.db'}"), tmp_path, in_order=main)
    assert differences(day, result) == []
    assert_one_entry_for_each_story(day, result, main)


@pytest.mark.kafka
async def test_a_day_raises_the_expected_alerts_on_kafka(tmp_path: Path, broker: str) -> None:
    address = Address(f"kafka://{broker}/day", session_seconds=2)
    await create_streams(address)
    day = read_bundled_day("train")
    result = await play(day, address, tmp_path, in_order="train")
    assert differences(day, result) == []
    assert_one_entry_for_each_story(day, result, "train")
