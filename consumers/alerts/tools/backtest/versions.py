"""Which watches a backtest tries: as they run, and as an edit would have them."""

from dataclasses import dataclass, replace
from pathlib import Path

import click

from consumers.alerts.matching.compile import query_problem
from consumers.alerts.matching.lookups import lookups
from monitor.config import Config, Watch, fingerprint
from monitor.config.files import locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.problems import InvalidConfig
from monitor.runtime import registry

NAMELESS = "query"
"""The id of a watch that is made of --query alone."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The config as it *runs*, and as it is *tried*; the same where nothing was edited."""

    runs: Config
    tried: Config

    @property
    def edited(self) -> bool:
        """Whether there is an edit to try."""
        return self.tried is not self.runs


def versions(runs: Config, edited: Path | None, watch: str | None, query: str | None) -> Versions:
    """What is asked for: of *runs*, or of the file *edited*, one *watch* or all, with *query* in place of its words.

    Raises InvalidConfig where the file is not good, and ClickException.
    """
    tried = _read(edited, runs) if edited else runs
    if query is not None:
        tried = _asking(tried, watch, query)
    if watch is None:
        return Versions(runs, tried)
    one, other = (
        replace(config, watches=tuple(each for each in config.watches if each.id == watch)) for config in (runs, tried)
    )
    if not one.watches and not other.watches:
        raise click.ClickException(f"there is no watch {watch!r}; `newsmonitor watch list` shows all")
    return Versions(one, one if tried is runs else other)


def _read(path: Path, runs: Config) -> Config:
    """The config in the file at *path*, on the bus that is in use."""
    try:
        files = read_files(path)
        config = parse_files(files, registry.extensions())
        found = locate_problems(files, registry.check(config))
    except InvalidConfig as error:
        found = list(error.problems)
    if found:
        raise InvalidConfig([replace(problem, file=problem.file or path) for problem in found])
    return replace(config, bus=runs.bus, kafka=runs.kafka, folder=runs.folder)


def _asking(config: Config, watch: str | None, query: str) -> Config:
    known = next((each for each in config.watches if each.id == watch), None)
    if watch is not None and known is None:
        raise click.ClickException(f"there is no watch {watch!r} to give the query to; `newsmonitor watch list` shows all")
    made = replace(known or Watch(NAMELESS), query=query, any=(), all=(), none=())
    if bad := query_problem(made, lookups(config)):
        raise click.ClickException(str(bad))
    watches = tuple(made if each is known else each for each in config.watches) if known else (made,)
    return replace(config, watches=watches, hash=fingerprint(made))
