"""Keys of monitor.toml that environment variables set: NEWSMONITOR_FETCH_TIMEOUT is `timeout` under [fetch].

A text is written as it is, any other value as in the file: `30`, `true`, `["10.0.0.0/8"]`. The lists of tables (feeds, watches,
targets, sets, watch_files) are in files only, because commands and the page edit them. `bus`, `listen` and NEWSMONITOR_PAGE
are read in load.py.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from monitor.bus.address import KEY_VARIABLE, LOGIN_VARIABLE

PREFIX = "NEWSMONITOR_"
OWN: Mapping[str, str] = {"NEWSMONITOR_BUS": "bus", "NEWSMONITOR_LISTEN": "listen", "NEWSMONITOR_PAGE": "page"}
"""The variables that load.py reads, and the keys that they set."""
OTHERS = ("NEWSMONITOR_CONFIG", LOGIN_VARIABLE, KEY_VARIABLE)
"""Variables that are no keys of the config."""

Place = tuple[str, str]
"""A table and a key in it."""


@dataclass(frozen=True, slots=True)
class Override:
    """A value that a variable sets. *problem* says why it cannot be read."""

    variable: str
    place: Place
    value: Any
    problem: str = ""


def find_overrides(environ: Mapping[str, str], schema: Mapping[str, Any]) -> tuple[Override, ...]:
    """Return the values in *environ* for the keys of *schema*, the JSON Schema of the config. An empty variable sets none."""
    return tuple(
        _read(variable, environ[variable], place, rule)
        for variable, (place, rule) in _variables(schema).items()
        if environ.get(variable)
    )


def apply(data: Mapping[str, Any], overrides: tuple[Override, ...]) -> dict[str, Any]:
    """Return the config *data* with *overrides*. A table that is none is left to the validation."""
    changed = dict(data)
    for each in overrides:
        table, key = each.place
        if not each.problem and isinstance(before := changed.get(table, {}), dict):
            changed[table] = {**before, key: each.value}
    return changed


def misspelt(environ: Mapping[str, str], schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the variables in *environ* that look like one of newsmonitor's, but are none, and that one."""
    known = [*_variables(schema), *OWN, *OTHERS]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and (close := get_close_matches(name, known, n=1, cutoff=0.9)):
            yield name, close[0]


def _variables(schema: Mapping[str, Any]) -> dict[str, tuple[Place, Mapping[str, Any]]]:
    """Return the place and the schema of each key that a variable can set, by the name of the variable."""
    found = {}
    for table, rule in schema["properties"].items():
        for key, inner in _resolved(rule, schema).get("properties", {}).items():
            found[f"{PREFIX}{table}_{key}".upper()] = ((table, key), _resolved(inner, schema))
    return found


def _resolved(rule: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = rule.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else rule


def _read(variable: str, text: str, place: Place, rule: Mapping[str, Any]) -> Override:
    if rule.get("type") == "string":
        return Override(variable, place, text)
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        parsed = {}
    if parsed.keys() != {"value"}:
        return Override(variable, place, None, 'write the value as in monitor.toml, such as 30, true or ["a", "b"]')
    return Override(variable, place, parsed["value"])
