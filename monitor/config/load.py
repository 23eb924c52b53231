"""From the text of monitor.toml to a Config, or to a list of what is wrong with it: line, place, remedy."""

import ipaddress
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from cattrs import Converter
from jsonschema_rs import Draft202012Validator, ValidationError

import schemas
from monitor.config import Config, StoriesConfig, watch_rules
from monitor.config.files import Files, gather, merge
from monitor.config.problems import InvalidConfig, Path_, Problem

__all__ = ["InvalidConfig", "Problem", "parse", "parse_files", "read"]


def read(path: Path) -> Config:
    """The config in the file at *path*, and in those it names. Raises InvalidConfig."""
    return parse_files(gather(path))


def parse(text: str, folder: Path) -> Config:
    """The config that *text* holds; relative paths in it start from *folder*. Raises InvalidConfig with all that is wrong."""
    return parse_files(gather(folder / "monitor.toml", text))


def parse_files(files: Files) -> Config:
    """The config that *files* hold together. Raises InvalidConfig with all that is wrong."""
    merged = merge(files)
    found = [*_beyond_json(merged.data)] or [*_against_schema(merged.data), *_among_themselves(merged.data)]
    problems = [merged.problem(steps, said) for steps, said in found]
    if problems:
        raise InvalidConfig(sorted(set(problems), key=lambda problem: (str(problem.file or ""), problem.line, problem.text)))
    config = replace(_converter.structure(merged.data, Config), hash=_hash(merged.data), folder=files.main.parent)
    return _overridden(config)


def _beyond_json(value: Any, steps: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """What TOML can say and a schema cannot look at: dates, times, and numbers of more than 64 bits."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _beyond_json(inner, (*steps, step))
    elif isinstance(value, date | time) or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        yield steps, f"{_place(steps)}{value} is neither a text nor a number that can be used here"


def _against_schema(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    for error in _validator.iter_errors(data):
        yield _explain(error)


def _explain(error: ValidationError) -> tuple[Path_, str]:
    """Where *error* is, and what to do."""
    steps: list[str | int] = list(error.instance_path)
    place, kind, rule = _place(steps), error.kind.name, _rule(error.schema_path[:-1])
    if kind == "additionalProperties":
        unknown = str(error.kind.as_dict()["unexpected"][0])
        return [
            *steps,
            unknown,
        ], f"{place}{unknown!r} is not known here{_did_you_mean(unknown, list(rule.get('properties', {})))}"
    if kind == "anyOf":
        return steps, f"{place}nothing is watched: give one of any, all, person, org, place, event, topic, health, query"
    if kind == "falseSchema":
        return steps, f"{place}query takes the place of any, all and none; remove one of them"
    if kind == "oneOf":
        names = [choice["required"][0] for choice in rule["oneOf"]]
        return steps, f"{place}give one of {' and '.join(names)}, and not both"
    if kind == "enum":
        return steps, f"{place}{error.instance!r} is none of {', '.join(map(repr, rule['enum']))}"
    hint = f" ({rule['description']})" if "description" in rule else ""
    return steps, f"{place}{error.message}{hint}"


def _among_themselves(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    """What the schema cannot say: each id once, and nobody told who is not there."""
    for table, key in (("watches", "id"), ("targets", "id"), ("feeds", "url")):
        yield from _twice(data, table, key)
    targets = sorted(str(target.get("id")) for target in _tables(data, "targets"))
    for index, watch in enumerate(_tables(data, "watches")):
        to = watch.get("to", ())
        for name in to if isinstance(to, list) else ():
            if name not in targets:
                said = f"there is no target {name!r}{_did_you_mean(str(name), targets)}"
                yield ["watches", index, "to"], f"{_place(['watches', index])}{said}"
        for key, said in watch_rules.problems(watch, _story_days(data)):
            yield ["watches", index, key], f"{_place(['watches', index, key])}{said}"
    for section in ("fetch", "delivery"):
        yield from _networks(data, section)
    yield from _ports(data)


def _twice(data: dict[str, Any], table: str, key: str) -> Iterator[tuple[Path_, str]]:
    seen: set[str] = set()
    for index, entry in enumerate(_tables(data, table)):
        name = entry.get(key)
        if isinstance(name, str) and name in seen:
            yield (
                [table, index, key],
                f"{_place([table, index])}the {key} {name!r} is there already: remove one, or give another",
            )
        seen.add(str(name))


def _networks(data: dict[str, Any], section: str) -> Iterator[tuple[Path_, str]]:
    table = data.get(section, {})
    listed = table.get("allow_networks", ()) if isinstance(table, dict) else ()
    for network in listed if isinstance(listed, list) else ():
        try:
            ipaddress.ip_network(network)
        except ValueError:
            yield [section, "allow_networks"], f"{section}.allow_networks: {network!r} is no network: write it as 10.1.0.0/16"


def _ports(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    """A port over 65535 in what is dialled or listened on."""
    places: list[tuple[Path_, Any]] = [(["listen"], f"//{data.get('listen', '')}")]
    for table, key in (("feeds", "url"), ("targets", "webhook")):
        places += [([table, index, key], entry.get(key)) for index, entry in enumerate(_tables(data, table))]
    for steps, address in places:
        try:
            _ = urlsplit(address).port if isinstance(address, str) else None
        except ValueError as error:
            yield steps, f"{_place(steps)}{str(error).lower()}"


def _story_days(data: dict[str, Any]) -> float:
    table = data.get("stories")
    days = table.get("days") if isinstance(table, dict) else None
    return days if isinstance(days, int | float) else StoriesConfig().days


def _tables(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    tables = data.get(name, [])
    return [table if isinstance(table, dict) else {} for table in tables] if isinstance(tables, list) else []


def _place(steps: Path_) -> str:
    """*steps* for reading: watches, the 3rd: severity."""
    words = [f"number {step + 1}" if isinstance(step, int) else step for step in steps]
    return f"{' '.join(words)}: " if words else ""


def _rule(schema_path: Sequence[str | int]) -> dict[str, Any]:
    """What the schema says at *schema_path*."""
    root = schemas.load("config.v1")
    found: Any = root
    for step in schema_path:
        if isinstance(found, dict) and "$ref" in found:
            found = root["$defs"][found["$ref"].rsplit("/", 1)[-1]]
        found = found.get(step, found) if isinstance(found, dict) else found[int(step)]
    return found if isinstance(found, dict) else {}


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f": did you mean {close[0]!r}?" if close else (f"; known: {', '.join(known)}" if known else "")


def _hash(data: dict[str, Any]) -> str:
    return blake2b(orjson.dumps(data, option=orjson.OPT_SORT_KEYS, default=str), digest_size=6).hexdigest()


def _overridden(config: Config) -> Config:
    """*config* with what the environment says in its stead, and its file placed where relative paths start from."""
    bus, listen = os.environ.get("NEWSMONITOR_BUS"), os.environ.get("NEWSMONITOR_LISTEN")
    kind, _, rest = config.bus.partition(":")
    placed = f"sqlite:{config.folder / rest}" if kind == "sqlite" else config.bus
    return replace(config, bus=bus or placed, listen=listen or config.listen)


_converter = Converter(detailed_validation=False)
_validator = Draft202012Validator(schemas.load("config.v1"), validate_formats=True)
