"""What may be wrong with a watch's rules that the config's schema cannot say."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from monitor.config import Burst
from monitor.config.durations import parse_duration

LENGTHS = (("at_least", "within"), ("burst", "within"), ("burst", "half_life"))
HALF_LIFE = Burst("").half_life


def problems(watch: Mapping[str, Any], days: float) -> Iterator[tuple[str, str]]:
    """The rule's key and what is wrong with it; *watch* is as the file has it, and stories take articles for *days*."""
    given = [(key, watch[key][part]) for key, part in LENGTHS if isinstance(watch.get(key), dict) and part in watch[key]]
    given += [("silence", watch["silence"])] if "silence" in watch else []
    wrong = [(key, said) for key, text in given if (said := _wrong_length(text))]
    yield from wrong
    if "health" in watch:
        counting = (key for key in ("at_least", "burst", "silence") if key in watch)
        yield from ((key, "counts articles, and a watch on health has none; remove one of them") for key in counting)
    if not wrong:
        yield from _against_each_other(watch, days)
    if isinstance(quiet := watch.get("quiet"), dict):
        yield from (("quiet", said) for said in _quiet(quiet))


def _against_each_other(watch: Mapping[str, Any], days: float) -> Iterator[tuple[str, str]]:
    at_least, burst = watch.get("at_least"), watch.get("burst")
    if (
        isinstance(at_least, dict)
        and isinstance(within := at_least.get("within"), str)
        and parse_duration(within) > timedelta(days)
    ):
        yield "at_least", f"within {within} is longer than a story takes articles; shorten it, or raise stories.days ({days:g})"
    if isinstance(burst, dict) and isinstance(within := burst.get("within"), str):
        half_life = burst.get("half_life", HALF_LIFE)
        if isinstance(half_life, str) and parse_duration(half_life) < parse_duration(within):
            yield "burst", f"half_life {half_life} is shorter than within {within}; what is usual needs a longer memory"


def _wrong_length(text: object) -> str | None:
    try:
        parse_duration(text) if isinstance(text, str) else None
    except ValueError as error:
        return str(error)
    return None


def _quiet(quiet: Mapping[str, Any]) -> Iterator[str]:
    zone, start, end = (quiet.get(key) for key in ("zone", "start", "end"))
    if isinstance(zone, str) and zone not in _zones():
        close = get_close_matches(zone, _zones(), n=1)
        yield f"{zone!r} is no time zone{f': did you mean {close[0]!r}?' if close else '; write one such as Europe/Berlin'}"
    if isinstance(start, str) and start == end:
        yield f"starts and ends at {start}; give two times, or remove the target from `to` to be told nothing"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
