"""Numbers of monitor.toml that are too large to be meant: beyond them, dates and sizes cannot be computed."""

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.config.problems import KeyPath

YEAR_DAYS = 366
MOST_SECONDS = YEAR_DAYS * 86400
MOST_DAYS = 100 * YEAR_DAYS
MOST_MB = 2**40
MOST_COUNT = 2**31 - 1
MOST_BYTES = 2**40
_OTHER: Mapping[str, tuple[float, str]] = {
    "days": (MOST_DAYS, f"{MOST_DAYS}, which is 100 years"),
    "max_mb": (MOST_MB, str(MOST_MB)),
    "max_bytes": (MOST_BYTES, str(MOST_BYTES)),
    **dict.fromkeys(
        ("failing_after", "concurrency", "per_host", "replication", "max_ratio", "queue", "max_open"),
        (MOST_COUNT, str(MOST_COUNT)),
    ),
}
"""By key, the largest number and how to say it. Every other number of these tables is a number of seconds."""
_SECONDS = (MOST_SECONDS, f"{MOST_SECONDS}, which is a year")


def too_large(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the path of each number in the merged config *data* that is too large, and what to write."""
    for section in ("fetch", "streams", "entities", "stories", "delivery"):
        yield from _in_table(data.get(section), (section,))
    feeds = data.get("feeds")
    for index, feed in enumerate(feeds if isinstance(feeds, list) else ()):
        yield from _in_table(feed, ("feeds", index))


def _in_table(table: Any, path: tuple[str | int, ...]) -> Iterator[tuple[KeyPath, str]]:
    for key, value in table.items() if isinstance(table, dict) else ():
        if isinstance(value, dict):
            yield from _in_table(value, (*path, key))
            continue
        most, words = _OTHER.get(key, _SECONDS)
        numbers = value if isinstance(value, list) else [value]
        large = next((each for each in numbers if isinstance(each, int | float) and each > most), None)
        if large is not None:
            yield (*path, key), f"{large:g} is too large: write at most {words}"
