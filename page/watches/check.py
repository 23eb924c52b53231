"""Whether a watch can be used, and what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from consumers.alerts.matching.compile import compile_watch, list_problems, query_problem
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.query.parse import parse
from consumers.alerts.tools.lint.checks import check_watch as lint
from monitor.config import Config, Watch
from monitor.config.load import watch_of
from monitor.config.validation import validate
from monitor.runtime import registry
from page.watches.describe import describe, describe_lists
from page.watches.per_config import PerConfig
from page.watches.secrets import Hide, hider

WITHOUT_ID = "new"
"""The id of a watch that is tried before it has one."""
lookups_of = PerConfig(lookups_for)
INDENT = 4
"""By how much InvalidQuery indents the line with the caret, for a terminal."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on the key *key* of a watch.

    In a query it has a place: the line and column, from 1, and that line with a caret below. Elsewhere these are 0 and "".
    """

    text: str
    line: int = 0
    column: int = 0
    context: str = ""
    key: str = "query"

    @property
    def told(self) -> str:
        """The remark in one line, with its place."""
        place = f"{self.key}, line {self.line}, column {self.column}" if self.line else self.key
        return f"{place}: {self.text}" if place else self.text


@dataclass(frozen=True, slots=True)
class Checked:
    """*meaning* is what a valid watch asks for; *problem* is why it is not valid. *hints* may be mistakes."""

    meaning: str | None
    problem: Remark | None
    hints: tuple[Remark, ...]


def check_query(query: str, config: Config) -> Checked:
    """Return whether *query* can be used with the feeds and sets of *config*."""
    return check_watch(Watch("query", query=query), config)


def check_entry(entry: Mapping[str, Any], config: Config) -> tuple[Watch | None, Checked]:
    """Return the watch in *entry*, a table as in the config, and what `check_watch` says of it.

    None if the table is not valid: then the problem names the key.
    """
    tables = {"watches": [{"id": WITHOUT_ID, **entry}], "targets": [{"id": each.id, "log": True} for each in config.targets]}
    for path, message in validate(tables, registry.extensions()):
        key = str(path[2]) if len(path) > 2 else ""  # noqa: PLR2004  (watches, the index and the key)
        text = hider(config)(message.removeprefix("watches number 1").lstrip(": "))
        return None, Checked(None, Remark(text, key=key), ())
    watch = watch_of(tables["watches"][0])
    return watch, check_watch(watch, config)


def check_watch(watch: Watch, config: Config) -> Checked:
    """Return whether the words of *watch* can be used with the feeds and sets of *config*."""
    if problem := find_problem(watch, config):
        return Checked(None, problem, ())
    told = [describe(parse(watch.query), config.sets)] if watch.query else []
    return Checked(hider(config)("; ".join([*told, *describe_lists(watch)])), None, tuple(_hints(watch, config)))


def find_problem(watch: Watch, config: Config) -> Remark | None:
    """Return why the words of *watch* cannot be used; None if they can."""
    lookups, hide = lookups_of(config), hider(config)
    if error := query_problem(watch, lookups):
        return _remark(error, hide)
    problems = list_problems(watch, lookups)
    return Remark(hide(problems[0].message), key=problems[0].key) if problems else None


def _hints(watch: Watch, config: Config) -> Iterator[Remark]:
    """Yield what `newsmonitor watch lint` says of *watch*, which must be valid."""
    hide = hider(config)
    for finding in lint(compile_watch(watch, lookups_of(config)), config):
        problem = finding.problem
        _, _, said = problem.text.partition(": ")
        text, _, context = said.partition("\n")
        if problem.key == "query":
            yield Remark(hide(text), problem.line, problem.column, _shown(context, watch.query, hide))
        else:
            yield Remark(hide(text), key=problem.key)


def _remark(error: InvalidQuery, hide: Hide) -> Remark:
    return Remark(hide(error.message), error.line, error.column, _shown(error.context, error.query, hide))


def _shown(context: str, query: str, hide: Hide) -> str:
    """Return *context* for a page; "" if *query* has a secret, of which the context may be a part."""
    return "\n".join(line[INDENT:] for line in context.split("\n")) if hide(query) == query else ""
