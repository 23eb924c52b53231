"""The configs that a backtest runs: the one in use, and an edited one."""

from dataclasses import dataclass, replace
from pathlib import Path

import click

from consumers.alerts.matching.compile import query_problem
from consumers.alerts.matching.resolve import lookups_for
from monitor.config import Config, Watch, fingerprint
from monitor.config.files import locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.problems import InvalidConfig
from monitor.runtime import registry

QUERY_WATCH_ID = "query"
"""Id of a watch that consists of --query alone."""


@dataclass(frozen=True, slots=True)
class BacktestConfigs:
    """The *current* config and the *edited* one. They are the same object if there is no edit."""

    current: Config
    edited: Config

    @property
    def is_edited(self) -> bool:
        """Whether there is an edit."""
        return self.edited is not self.current


def select_configs(current: Config, edited_file: Path | None, watch_id: str | None, query: str | None) -> BacktestConfigs:
    """Return the configs for the options of the command.

    The edited config is that in *edited_file*, or else *current*. A *query* then replaces the words of the watch. With
    *watch_id*, both configs are reduced to that watch. Raises InvalidConfig if the file is not valid, and ClickException if
    the watch does not exist or the query is not valid.
    """
    edited = _read_edited(edited_file, current) if edited_file else current
    if query is not None:
        edited = _with_query(edited, watch_id, query)
    if watch_id is None:
        return BacktestConfigs(current, edited)
    reduced_current, reduced_edited = _with_watch_only(current, watch_id), _with_watch_only(edited, watch_id)
    if not reduced_current.watches and not reduced_edited.watches:
        raise click.BadParameter(f"there is no watch {watch_id!r}; `newsmonitor watch list` shows all", param_hint="--watch")
    return BacktestConfigs(reduced_current, reduced_current if edited is current else reduced_edited)


def _with_watch_only(config: Config, watch_id: str) -> Config:
    return replace(config, watches=tuple(watch for watch in config.watches if watch.id == watch_id))


def _read_edited(path: Path, current: Config) -> Config:
    """Return the config in the file at *path*, with the bus of *current*."""
    try:
        files = read_files(path)
        config = parse_files(files, registry.extensions())
        # A backtest delivers nothing, so it needs no secrets and no bus of the edited config.
        problems = [each for each in locate_problems(files, registry.check(config)) if each.watch is not None]
    except InvalidConfig as error:
        problems = list(error.problems)
    if problems:
        raise InvalidConfig([replace(problem, file=problem.file or path) for problem in problems])
    return replace(config, bus=current.bus, kafka=current.kafka, folder=current.folder)


def _with_query(config: Config, watch_id: str | None, query: str) -> Config:
    """Return *config* with *query* in place of the words of a watch; with *query* as its only watch if *watch_id* is None."""
    original = next((watch for watch in config.watches if watch.id == watch_id), None)
    if watch_id is not None and original is None:
        message = f"there is no watch {watch_id!r} for the query; `newsmonitor watch list` shows all"
        raise click.BadParameter(message, param_hint="--watch")
    edited = replace(original or Watch(QUERY_WATCH_ID), query=query, any=(), all=(), none=())
    if error := query_problem(edited, lookups_for(config)):
        raise click.ClickException(str(error))
    watches = tuple(edited if watch is original else watch for watch in config.watches) if original else (edited,)
    return replace(config, watches=watches, hash=fingerprint(edited))
