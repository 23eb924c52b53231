"""The evaluation sets, and what scores the monitor on each, beside a peer where there is one.

A set is a folder DATA/SET/PART. Its function takes that folder and yields rows, each a line of the report.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path

Row = Mapping[str, str | int | float]
"""The figures of one method, by name."""
Evaluate = Callable[[Path], Iterable[Row]]
"""Raises one of UNREADABLE if the folder's files are damaged or of another format."""

UNREADABLE = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, zlib.error)

SETS: Mapping[str, str] = {
    "alerts_gold": "evals.alerts_gold:alerts_gold",
    "pages_aeb": "evals.pages:aeb",
    "pages_fundus": "evals.pages:fundus",
    "pages_newspaper4k": "evals.pages:newspaper4k",
    "pages_trafilatura": "evals.pages:trafilatura",
}
"""The module and function of each set; a function is imported when its set is evaluated."""


def load(name: str) -> Evaluate:
    """Return the function of the set *name*. Raises KeyError and ImportError."""
    module, _, function = SETS[name].partition(":")
    found: Evaluate = getattr(import_module(module), function)
    return found
