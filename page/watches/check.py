"""Whether a query can be used, and what it means."""

from dataclasses import dataclass

from consumers.alerts.matching.compile import query_hints, query_problem
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.query.parse import parse
from monitor.config import Config, Watch
from page.watches.describe import describe


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on a query: its text, the line and column (from 1) where it belongs, and that line with a caret below."""

    text: str
    line: int
    column: int
    context: str


@dataclass(frozen=True, slots=True)
class Checked:
    """*meaning* is what a valid query asks for; *problem* is why it is not valid. *hints* may be mistakes."""

    meaning: str | None
    problem: Remark | None
    hints: tuple[Remark, ...]


def check_query(query: str, config: Config) -> Checked:
    """Return whether *query* can be used with the feeds and sets of *config*."""
    watch = Watch("query", query=query)
    if error := query_problem(watch, lookups_for(config)):
        return Checked(None, _remark(error), ())
    meaning = describe(parse(query), config.sets)
    return Checked(meaning, None, tuple(_remark(error) for _, error in query_hints(watch)))


def _remark(error: InvalidQuery) -> Remark:
    return Remark(error.message, error.line, error.column, error.context)
