"""Messages that msgspec makes are those that cattrs makes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, ClassVar, TypeVar

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.bus import Partition, Record
from monitor.bus.streams import Stream
from monitor.messages import MESSAGES, Bucket, Message, Volume
from monitor.messages.codec import Invalid, decode
from monitor.messages.direct import is_own, make_message
from release.released import today
from tests.make import START
from tests.unit.release.records import expanded, record

M = TypeVar("M", bound=Message)
OWN = re.compile(rb"(\d\d:\d\d:\d\d(?:\.\d+)?)Z(?=\")")
"""A time as newsmonitor writes it, in JSON."""
VOLUME: dict[str, Any] = {
    "id": "kim", "since": "2026-03-10T04:00:00Z", "last": None, "recent": [], "mass": 1, "mass_at": "2026-03-10T04:00:00Z",
    "burst": None, "silent": None, "ended": None,
}  # fmt: skip


def read(kind: type[M], data: Any) -> M:
    return decode(kind, Record(Partition(kind.STREAM.name), 0, 0.0, "key", orjson.dumps(data), {}))


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_what_newsmonitor_writes_is_made_into_the_same_messages(kind: type[Message], seed: int) -> None:
    data = record(expanded(kind.STREAM.name, today()), Random(seed))
    other = orjson.loads(OWN.sub(rb"\1+00:00", orjson.dumps(data)))
    assert is_own(kind, data)
    assert not is_own(kind, other)
    assert make_message(kind, data) == read(kind, other)


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        ("2026-03-10T06:00:00+02:00", START),
        ("2026-03-10t06:00:00+02:00", START),
        ("2026-03-10T00:30:00-03:30", START),
        ("2026-03-10t04:00:00z", START),
        ("2026-03-10T04:00:00.1234567Z", START.replace(microsecond=123456)),
    ],
)
def test_other_times_are_left_to_the_codec(time: str, utc: datetime) -> None:
    data = {**VOLUME, "recent": [{"at": time, "count": 1}]}
    assert not is_own(Volume, data)
    (bucket,) = read(Volume, data).recent
    assert (bucket.at, bucket.at.tzinfo) == (utc, UTC)


@pytest.mark.parametrize("other", [{"mass": "much"}, {"since": "2026-02-30T04:00:00Z"}, {"since": "2026-06-30T23:59:60Z"}])
def test_what_does_not_conform_is_invalid(other: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read(Volume, {**VOLUME, **other})


def test_a_whole_number_may_be_written_with_a_fraction() -> None:
    assert read(Volume, {**VOLUME, "recent": [{"at": "2026-03-10T04:00:00Z", "count": 3.0}]}).recent == (Bucket(START, 3),)


def test_times_of_extensions_are_left_to_the_codec() -> None:
    @dataclass(frozen=True, slots=True)
    class Visit(Message):
        STREAM: ClassVar[Stream] = Stream("visit.v1")
        at: datetime

        @property
        def key(self) -> str:
            return "visit"

        @classmethod
        def schema(cls) -> Mapping[str, Any]:
            return {"type": "object"}

    visit = read(Visit, {"at": "2026-03-10T04:00:00"})
    assert visit.at == START
