"""The durations of the config and the command line."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import durations


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90m", timedelta(minutes=90)), ("12h", timedelta(hours=12)), ("7d", timedelta(days=7))],
)
def test_a_duration_is_a_number_and_a_unit(text: str, expected: timedelta) -> None:
    assert durations.parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "7 days", "1e3d", "７d", "1d2h", "1.5d", "0d", "99999d"])
def test_any_other_text_is_an_error_with_a_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 90m, 12h or 7d|is out of range"):
        durations.parse_duration(text)


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert timedelta(0) < durations.parse_duration(text) <= durations.LONGEST


def test_a_duration_is_formatted_in_its_largest_unit() -> None:
    lengths = (timedelta(days=7), timedelta(days=1), timedelta(minutes=90), timedelta(minutes=5), timedelta(seconds=3))
    assert [durations.format_duration(length) for length in lengths] == [
        "7 days",
        "1 day",
        "1.5 hours",
        "5 minutes",
        "3 seconds",
    ]
