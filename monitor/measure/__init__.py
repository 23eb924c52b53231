"""Measures: how well a part of the monitor does on a set of real data, beside a peer where there is one.

A set is a folder DATA/SET/PART. What measures it is offered under the set's name by the entry-point group
"newsmonitor.measures": a function from that folder to rows, each a line of the report.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

GROUP = "newsmonitor.measures"

Row = Mapping[str, str | int | float]
"""What was measured of one method: names to figures."""
Measure = Callable[[Path], Iterable[Row]]
"""May raise any of WRONG where the folder's files are not as they should be."""

WRONG = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, zlib.error)
"""What comes of files that are cut short or hold other things than they should."""


@cache
def offers() -> Mapping[str, EntryPoint]:
    """What can be measured, by the set's name; each is loaded when it is asked for."""
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}
