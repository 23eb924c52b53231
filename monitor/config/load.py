"""Load monitor.toml into a Config, or report all of its problems."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson
from cattrs import Converter

from monitor.bus.backends import absolute, url_problem
from monitor.config.addresses import listen_problem
from monitor.config.environment import find_overrides
from monitor.config.extensions import NO_EXTENSIONS, Extensions, Section
from monitor.config.files import ConfigFiles, MergedConfig, merge_files, read_files
from monitor.config.model import Config, Target, Watch
from monitor.config.problems import InvalidConfig, Problem
from monitor.config.schema_errors import format_path
from monitor.config.validation import tables, validate
from monitor.redaction import hide_secrets

NO_PAGE = "off"
"""The value of NEWSMONITOR_PAGE with which `newsmonitor run` serves no page; any other is its address."""


def read(path: Path, extensions: Extensions = NO_EXTENSIONS) -> Config:
    """Return the config in the file *path* and its watch files. Raises InvalidConfig with all problems."""
    return parse_files(read_files(path), extensions)


def parse(text: str, folder: Path, extensions: Extensions = NO_EXTENSIONS) -> Config:
    """Return the config *text*, whose relative paths start from *folder*. Raises InvalidConfig with all problems."""
    return parse_files(read_files(folder / "monitor.toml", text), extensions)


def parse_files(files: ConfigFiles, extensions: Extensions = NO_EXTENSIONS) -> Config:
    """Return the config in *files*. Raises InvalidConfig with all problems."""
    merged = merge_files(files, find_overrides(os.environ, extensions.schema))
    errors = validate(merged.data, extensions, complete=not merged.problems)
    problems = {
        *merged.problems,
        *_environment_problems(),
        *(Problem(0, each.problem, variable=each.variable) for each in merged.overrides if each.problem),
        *_duplicates(merged),
        *(merged.problem(path, message) for path, message in errors),
    }
    if problems:
        raise InvalidConfig(sorted(problems, key=lambda problem: (str(problem.file or ""), problem.line, problem.text)))
    config = _converter.structure(merged.data, Config)
    targets = tuple(
        _with_options(target, table, extensions)
        for target, table in zip(config.targets, merged.data.get("targets", ()), strict=True)
    )
    sections = {section.name: _section(section, merged) for section in extensions.sections}
    hash_ = _hash(merged.written)
    return _apply_environment(replace(config, targets=targets, sections=sections, hash=hash_, folder=files.main.parent))


def _section(section: Section, merged: MergedConfig) -> Any:
    """Return the parsed table of *section*. Raises InvalidConfig if its schema allows what its type does not."""
    try:
        return _converter.structure(merged.data.get(section.name, {}), section.type)
    except (ValueError, TypeError, LookupError) as error:
        message = f"the section [{section.name}] cannot be read: {type(error).__name__}: {error}; correct its values"
        raise InvalidConfig([merged.problem([section.name], message)]) from error


def _with_options(target: Target, table: Mapping[str, Any], extensions: Extensions) -> Target:
    """Return *target* with the keys of its *table* that an extension adds."""
    if added := extensions.options_of(table):
        kind, options = added
        return replace(target, extension=kind, options=options)
    return target


def _hash(data: Mapping[str, Any]) -> str:
    return blake2b(orjson.dumps(data, option=orjson.OPT_SORT_KEYS, default=str), digest_size=6).hexdigest()


def _duplicates(merged: MergedConfig) -> Iterator[Problem]:
    """Yield ids of watches and targets, and URLs of feeds, that occur twice."""
    for table, key in (("watches", "id"), ("targets", "id"), ("feeds", "url")):
        first: dict[str, int] = {}
        for index, entry in enumerate(tables(merged.data, table)):
            value = entry.get(key)
            if isinstance(value, str) and first.setdefault(value, index) != index:
                earlier = merged.problem([table, first[value], key], "")
                place = f"{earlier.file}, line {earlier.line}" if earlier.file else f"line {earlier.line}"
                private = bool(entry.get("private"))
                shown = f"{key} {(hide_secrets(value, private=private) if key == 'url' else value)!r}"
                text = f"{format_path([table, index])}duplicate {shown}, already in {place}: remove or change one"
                yield merged.problem([table, index, key], text)


def _environment_problems() -> Iterator[Problem]:
    """Yield the problems of the environment variables that override keys of the config."""
    if (bus := os.environ.get("NEWSMONITOR_BUS")) and (message := url_problem(bus)):
        yield Problem(0, message, variable="NEWSMONITOR_BUS")
    if (listen := os.environ.get("NEWSMONITOR_LISTEN")) and (message := listen_problem(listen)):
        yield Problem(0, message, variable="NEWSMONITOR_LISTEN")
    page = os.environ.get("NEWSMONITOR_PAGE")
    if page and page != NO_PAGE and (message := listen_problem(page)):
        yield Problem(0, f"{message}; or {NO_PAGE!r} for no page", variable="NEWSMONITOR_PAGE")


def _apply_environment(config: Config) -> Config:
    """Return *config* with the overrides of the environment, and with the path of the bus resolved against its folder."""
    bus, listen = os.environ.get("NEWSMONITOR_BUS"), os.environ.get("NEWSMONITOR_LISTEN")
    changed = replace(config, bus=bus or absolute(config.bus, config.folder), listen=listen or config.listen)
    if not (page := os.environ.get("NEWSMONITOR_PAGE")):
        return changed
    override = replace(config.page, start=False) if page == NO_PAGE else replace(config.page, listen=page)
    return replace(changed, page=override)


_converter = Converter(detailed_validation=False)


def watch_of(table: Mapping[str, Any]) -> Watch:
    """Return the watch in *table*, an entry of `watches` that is valid."""
    return _converter.structure(table, Watch)
