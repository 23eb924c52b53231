"""Validate monitor.toml: explain the errors of the JSON Schema, and check the rules that the schema cannot express.

Each check yields the path of an invalid value, and a message that says how to correct it.
"""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from jsonschema_rs import ValidationError

from monitor.config.durations import parse_duration
from monitor.config.extensions import NO_EXTENSIONS, Extensions
from monitor.config.model import Burst, StoriesConfig
from monitor.config.problems import KeyPath

Errors = Iterator[tuple[KeyPath, str]]
"""Pairs of the path of an invalid value and an error message."""
RuleErrors = Iterator[tuple[str, str]]
"""Pairs of the key of a watch's rule and an error message."""

CONDITIONS = "any, all, person, org, place, event, topic, health, query"
DURATIONS = (("at_least", "within"), ("burst", "within"), ("burst", "half_life"))
DEFAULT_HALF_LIFE = Burst("").half_life


def validate(data: dict[str, Any], extensions: Extensions = NO_EXTENSIONS) -> Errors:
    """Yield all errors of the merged config *data*."""
    if errors := list(_not_representable_in_json(data)):
        # The schema validator cannot read such values.
        yield from errors
        return
    yield from _schema_errors(data, extensions)
    yield from _duplicates(data)
    yield from _target_errors(data, extensions)
    yield from _watch_errors(data)
    for section in ("fetch", "delivery"):
        yield from _network_errors(data, section)
    yield from _port_errors(data)


def _not_representable_in_json(value: Any, path: KeyPath = ()) -> Errors:
    """Yield the dates, times and integers of more than 64 bits: TOML has them, JSON does not."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _not_representable_in_json(inner, (*path, key))
    elif isinstance(value, date | time) or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        yield path, f"{_format_path(path)}{value} is not allowed: write a string, or a number of at most 64 bits"


def _schema_errors(data: dict[str, Any], extensions: Extensions) -> Errors:
    for error in extensions.validator.iter_errors(data):
        yield _explain_schema_error(error, extensions.schema)


def _explain_schema_error(error: ValidationError, schema: Mapping[str, Any]) -> tuple[KeyPath, str]:
    """Return the path of the value in *error*, and a message that says how to correct it."""
    path: list[str | int] = list(error.instance_path)
    place, kind, subschema = _format_path(path), error.kind.name, _subschema(schema, error.schema_path[:-1])
    if kind == "additionalProperties":
        key = str(error.kind.as_dict()["unexpected"][0])
        return [
            *path,
            key,
        ], f"{place}unknown key {_suggest(key, list(subschema.get('properties', {})))}{_package_hint(error, key)}"
    if kind == "anyOf":
        return path, f"{place}the watch has no condition: give at least one of {CONDITIONS}"
    if kind == "falseSchema":
        return path, f"{place}query replaces any, all and none: remove one of them"
    if kind == "oneOf":
        names = [choice["required"][0] for choice in subschema["oneOf"]]
        return path, f"{place}give exactly one of {', '.join(names[:-1])} and {names[-1]}"
    if kind == "enum":
        return path, f"{place}{error.instance!r} is not one of {', '.join(map(repr, subschema['enum']))}"
    hint = f" ({subschema['description']})" if "description" in subschema else ""
    return path, f"{place}{error.message}{hint}"


def _package_hint(error: ValidationError, key: str) -> str:
    """Return a hint if *key*, a table of the config or a key of a target, may belong to a package that is not installed."""
    path = list(error.instance_path)
    if not path and isinstance(error.instance, dict) and isinstance(error.instance.get(key), dict):
        return f" (if a package adds the section [{key}], it is not installed)"
    if path[:1] == ["targets"] and len(path) == 2:  # noqa: PLR2004  (["targets", index])
        return " (if a package adds this key, it is not installed)"
    return ""


def _subschema(schema: Mapping[str, Any], schema_path: Sequence[str | int]) -> dict[str, Any]:
    """Return the part of *schema* at *schema_path*, following references to its $defs."""
    part: Any = schema
    for key in schema_path:
        if isinstance(part, dict) and "$ref" in part:
            part = schema["$defs"][part["$ref"].rsplit("/", 1)[-1]]
        part = part.get(key, part) if isinstance(part, dict) else part[int(key)]
    return part if isinstance(part, dict) else {}


def _duplicates(data: dict[str, Any]) -> Errors:
    """Yield ids of watches and targets, and URLs of feeds, that occur twice."""
    for table, key in (("watches", "id"), ("targets", "id"), ("feeds", "url")):
        values: set[str] = set()
        for index, entry in enumerate(_tables(data, table)):
            value = entry.get(key)
            if isinstance(value, str) and value in values:
                yield [table, index, key], f"{_format_path([table, index])}duplicate {key} {value!r}: remove or change one"
            values.add(str(value))


def _target_errors(data: dict[str, Any], extensions: Extensions) -> Errors:
    """Yield the options that are not allowed for the kind of their target."""
    for index, target in enumerate(_tables(data, "targets")):
        for key, kinds in extensions.misplaced_options(target):
            yield ["targets", index, key], f"{_format_path(['targets', index])}{key!r} only goes with {kinds}: remove it"


def _watch_errors(data: dict[str, Any]) -> Errors:
    targets = sorted(str(target.get("id")) for target in _tables(data, "targets"))
    days = _story_days(data)
    for index, watch in enumerate(_tables(data, "watches")):
        to = watch.get("to", ())
        for name in to if isinstance(to, list) else ():
            if name not in targets:
                message = f"unknown target {_suggest(str(name), targets)}"
                yield ["watches", index, "to"], f"{_format_path(['watches', index])}{message}"
        for key, message in rule_errors(watch, days):
            path: KeyPath = ["watches", index, key]
            yield path, f"{_format_path(path)}{message}"


def rule_errors(watch: Mapping[str, Any], story_days: float) -> RuleErrors:
    """Yield the errors in the rules of *watch*, a table of the file. A story accepts articles for *story_days* days."""
    durations = [(key, watch[key][part]) for key, part in DURATIONS if isinstance(watch.get(key), dict) and part in watch[key]]
    durations += [("silence", watch["silence"])] if "silence" in watch else []
    bad_durations = [(key, message) for key, value in durations if (message := _duration_error(value))]
    yield from bad_durations
    if "health" in watch:
        counting = (key for key in ("at_least", "burst", "silence") if key in watch)
        yield from ((key, "counts articles, but a watch on health matches none; remove one of them") for key in counting)
    if not bad_durations:
        yield from _inconsistent_durations(watch, story_days)
    if isinstance(quiet := watch.get("quiet"), dict):
        yield from (("quiet", message) for message in _quiet_errors(quiet))


def _duration_error(value: object) -> str | None:
    try:
        parse_duration(value) if isinstance(value, str) else None
    except ValueError as error:
        return str(error)
    return None


def _inconsistent_durations(watch: Mapping[str, Any], story_days: float) -> RuleErrors:
    at_least, burst = watch.get("at_least"), watch.get("burst")
    if (
        isinstance(at_least, dict)
        and isinstance(within := at_least.get("within"), str)
        and parse_duration(within) > timedelta(story_days)
    ):
        yield (
            "at_least",
            f"within {within} is longer than a story is open: shorten it, or raise stories.days ({story_days:g})",
        )
    if isinstance(burst, dict) and isinstance(within := burst.get("within"), str):
        half_life = burst.get("half_life", DEFAULT_HALF_LIFE)
        if isinstance(half_life, str) and parse_duration(half_life) < parse_duration(within):
            yield "burst", f"half_life {half_life} is shorter than within {within}: lengthen half_life, or shorten within"


def _quiet_errors(quiet: Mapping[str, Any]) -> Iterator[str]:
    zone, start, end = (quiet.get(key) for key in ("zone", "start", "end"))
    if isinstance(zone, str) and zone not in _time_zones():
        close = get_close_matches(zone, _time_zones(), n=1)
        yield f"unknown time zone {zone!r}{f': did you mean {close[0]!r}?' if close else ': write one such as Europe/Berlin'}"
    if isinstance(start, str) and start == end:
        yield f"starts and ends at {start}: give two times; to deliver nothing at all, remove the target from `to`"


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _network_errors(data: dict[str, Any], section: str) -> Errors:
    table = data.get(section, {})
    networks = table.get("allow_networks", ()) if isinstance(table, dict) else ()
    for network in networks if isinstance(networks, list) else ():
        try:
            ipaddress.ip_network(network)
        except ValueError:
            message = f"{section}.allow_networks: {network!r} is not a network: write it as 10.1.0.0/16"
            yield [section, "allow_networks"], message


def _port_errors(data: dict[str, Any]) -> Errors:
    """Yield the ports above 65535 in URLs and in `listen`."""
    addresses: list[tuple[KeyPath, Any]] = [(["listen"], f"//{data.get('listen', '')}")]
    for table, key in (("feeds", "url"), ("targets", "webhook")):
        addresses += [([table, index, key], entry.get(key)) for index, entry in enumerate(_tables(data, table))]
    for path, address in addresses:
        try:
            _ = urlsplit(address).port if isinstance(address, str) else None
        except ValueError as error:
            yield path, f"{_format_path(path)}{str(error).lower()}"


def _story_days(data: dict[str, Any]) -> float:
    table = data.get("stories")
    days = table.get("days") if isinstance(table, dict) else None
    return days if isinstance(days, int | float) else StoriesConfig().days


def _tables(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the list of tables called *name*. Entries that are not tables become empty ones, so that the indexes are right."""
    tables = data.get(name, [])
    return [table if isinstance(table, dict) else {} for table in tables] if isinstance(tables, list) else []


def _format_path(path: KeyPath) -> str:
    """Return *path* for a message: 'watches number 3 severity: '."""
    words = [f"number {key + 1}" if isinstance(key, int) else key for key in path]
    return f"{' '.join(words)}: " if words else ""


def _suggest(word: str, choices: Sequence[str]) -> str:
    """Return *word* in quotes with the most similar of *choices*, or with all of them if none is similar."""
    if close := get_close_matches(word, choices, n=1):
        return f"{word!r}: did you mean {close[0]!r}?"
    return f"{word!r}; known: {', '.join(choices)}" if choices else repr(word)
