"""The tables of docs/scaling.md."""

from collections.abc import Iterator, Mapping, Sequence
from math import isinf, log10

from bench.scaling.day import NIGHT, PEAK, outcome
from bench.scaling.needs import INPUTS, LOADS, needs
from monitor.bus.streams import STREAMS


def tables() -> Mapping[str, list[str]]:
    """Return the lines of each table by its name."""
    return {
        "cores": list(_table((*INPUTS, "Kafka in addition", "nearest to its limit"), _cores())),
        "partitions": list(_table([f"{name}: {stream}" for name, stream in INPUTS.items()], _partitions())),
        "memory": list(_table(("open stories", "memory for them", "other memory", "disk a day"), _memory())),
        "day": list(_table(("cores", "in the peak", "in the burst", "longest queue", "empty again after"), _day())),
    }


def _table(columns: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| load | {' | '.join(columns)} |"
    yield f"| {' | '.join(['---'] * (len(columns) + 1))} |"
    for load, row in zip(LOADS, rows, strict=True):
        yield f"| {load.name} | {' | '.join(row)} |"


def _cores() -> Iterator[list[str]]:
    for found in map(needs, LOADS):
        kafka = "-".join(map(_two_digits, found.kafka_cores))
        yield [*map(_two_digits, found.cores.values()), kafka, f"{found.bottleneck}: {found.utilization:.0%}"]


def _partitions() -> Iterator[list[str]]:
    for found in map(needs, LOADS):
        yield [
            f"{count}" if count <= 1 or STREAMS[INPUTS[name]].partitions > 1 else f"**{count}**, has 1"
            for name, count in found.partitions(PEAK).items()
        ]


def _memory() -> Iterator[list[str]]:
    for found in map(needs, LOADS):
        gib = [f"{_two_digits(each)} GiB" for each in (found.stories_gib, found.other_gib)]
        yield [f"{_two_digits(found.open_stories / 1e6)} million", *gib, f"{_two_digits(found.gb_a_day)} GB"]


def _day() -> Iterator[list[str]]:
    for found in map(outcome, LOADS):
        peak, burst = (" / ".join(map(_duration, each)) for each in (found.peak, found.burst))
        yield [f"{found.cores}", peak, burst, f"{found.bottleneck}: {_thousands(found.longest)}", _duration(found.empty)]


def _duration(seconds: float) -> str:
    """Return *seconds* with two significant digits and a unit that suits them."""
    if isinf(seconds):
        return f"> {NIGHT / 3600:.0f} h"
    for size, unit in ((3600, "h"), (60, "min"), (1, "s")):
        if seconds >= 2 * size:
            return f"{_two_digits(seconds / size)} {unit}"
    return f"{_two_digits(seconds * 1000)} ms"


def _two_digits(number: float) -> str:
    """Return *number* with two significant digits."""
    digits = max(0, 1 - int(log10(max(number, 0.01)) // 1))
    return f"{round(number, digits):,.{digits}f}" if number < 100 else f"{round(number, -1):,.0f}"


def _thousands(count: int) -> str:
    """Return *count* with two significant digits."""
    return f"{round(count, 2 - len(str(count))):,}"
