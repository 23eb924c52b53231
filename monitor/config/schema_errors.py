"""The errors of the config's JSON Schema in words: what is wrong, and what to write instead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema_rs import ValidationError

from monitor.config.durations import duration_problem, parse_duration, time_problem
from monitor.config.extensions import Extensions
from monitor.config.keys import example, explain_missing_key, explain_unknown_key
from monitor.config.problems import KeyPath
from monitor.config.suggestions import suggest
from monitor.config.web_urls import web_url_problem
from monitor.redaction import hide_in_text

Errors = Iterator[tuple[KeyPath, str]]
"""Pairs of the path of an invalid value and an error message."""

CONDITIONS = "any, all, person, org, place, event, about, topic, health, query"
CHECKED_ELSEWHERE = ("bus", "country", "listen")
"""Keys whose pattern has a check of its own (validation.py), which says more."""
HOSTS = ("fetch", "hosts")
"""The table whose keys validation.py checks."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SECRET_KEY = re.compile("secret|password")
"""Keys that may hold a secret by mistake."""


def schema_errors(data: dict[str, Any], extensions: Extensions) -> Errors:
    """Yield the errors of *data* against the schema of the config and its *extensions*."""
    errors = list(extensions.validator.iter_errors(data))
    explained = {tuple(error.instance_path) for error in errors if error.kind.name in {"type", "pattern"}}
    enums = {tuple(error.instance_path) for error in errors if error.kind.name == "enum"}
    unknown = {tuple(error.instance_path) for error in errors if error.kind.name == "additionalProperties"}
    for error in errors:
        path, kind = tuple(error.instance_path), error.kind.name
        if (kind in {"format", "const"} and path in explained) or (kind == "type" and path in enums):
            continue
        if kind == "propertyNames" and path == HOSTS:
            continue
        if kind in {"anyOf", "oneOf", "required"} and not isinstance(error.instance, dict):
            # The schema applies these to tables alone, and the type is an error of its own.
            continue
        if kind in {"anyOf", "oneOf"} and path in unknown and _is_due_to_unknown_key(error, extensions.schema):
            continue
        if not (kind == "pattern" and path and path[-1] in CHECKED_ELSEWHERE):
            yield from _explain(error, extensions.schema)


def _is_due_to_unknown_key(error: ValidationError, schema: Mapping[str, Any]) -> bool:
    """Return whether a required key is absent only because it is misspelt, which is an error of its own.

    This is so if the table has none of the keys that are required, and has unknown ones.
    """
    subschema = _subschema(schema, error.schema_path[:-1])
    names = {choice["required"][0] for choice in subschema.get(error.kind.name, ())}
    table: Any = error.instance
    return not names & set(table)


def _explain(error: ValidationError, schema: Mapping[str, Any]) -> Errors:
    path: list[str | int] = list(error.instance_path)
    value: Any = error.instance
    subschema, facts = _subschema(schema, error.schema_path[:-1]), error.kind.as_dict()
    kind, place = error.kind.name, format_path(path)
    if kind == "additionalProperties":
        for key in map(str, facts["unexpected"]):
            message = explain_unknown_key(path, key, value[key], list(subschema.get("properties", {})), schema)
            yield [*path, key], f"{place}{message}"
    elif kind == "propertyNames":
        for key in value:
            if not re.fullmatch(schema["$defs"]["id"]["pattern"], key):
                yield [*path, key], f"{place}{_explain_pattern(key, schema['$defs']['id'], schema)}"
    else:
        yield path, f"{place}{_message(error, subschema, schema)}"


def _message(error: ValidationError, subschema: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    value: Any = error.instance
    kind, facts = error.kind.name, error.kind.as_dict()
    key = error.instance_path[-1] if error.instance_path else ""
    hint = f" ({subschema['description']})" if "description" in subschema else ""
    if kind == "type":
        return _explain_type(value, facts["types"][0], subschema, schema, list(error.instance_path))
    if kind in {"pattern", "format"}:
        return _explain_pattern(value, subschema, schema) or f"{value!r} does not have the form of this key{hint}"
    if kind == "required":
        return explain_missing_key(str(facts["property"]), list(error.instance_path))
    if kind == "anyOf":
        return f"the watch has no condition: give at least one of {CONDITIONS}"
    if kind == "falseSchema":
        return "query replaces any, all and none: remove one of them"
    if kind == "oneOf":
        return _explain_choice(value, [choice["required"][0] for choice in subschema["oneOf"]])
    if kind == "enum":
        choices = ", ".join(map(repr, subschema["enum"]))
        shown = repr(value[:200]) if isinstance(value, str) else _toml(value)
        return f"{shown} is not one of {choices}{suggest(value, subschema['enum'])}"
    if kind == "const":
        return f"{_toml(value)} has no meaning here: write {key} = {_toml(facts['expected_value'])}, or remove the key"
    return _explain_limit(value, kind, facts.get("limit"), hint)


def _explain_limit(value: Any, kind: str, limit: Any, hint: str) -> str:
    if kind in {"minimum", "exclusiveMinimum"}:
        return f"{_toml(value)} is too small: write {'at least' if kind == 'minimum' else 'more than'} {limit:g}{hint}"
    if kind in {"maximum", "exclusiveMaximum"}:
        return f"{_toml(value)} is too large: write {'at most' if kind == 'maximum' else 'less than'} {limit:g}{hint}"
    if kind == "minItems":
        return "the list is empty: put something into it, or remove the key"
    if kind == "minLength":
        return "the text is empty: write one, or remove it"
    if kind == "maxItems":
        return f"the list has {len(value)} entries: at most {limit} are read"
    if kind == "maxLength":
        return f"the text has {len(value)} characters: at most {limit} are allowed"
    return f"{str(value)[:100]!r} is not allowed here{hint}"


def _explain_choice(table: Mapping[str, Any], names: Sequence[str]) -> str:
    """Explain that *table* has none or several of the keys *names*, of which it needs one."""
    choices = f"give exactly one of {', '.join(names[:-1])} and {names[-1]}"
    given = [name for name in names if name in table]
    if len(given) < 2:  # noqa: PLR2004  (two are too many)
        return choices
    split = "; for both, write two [[targets]], each with its own id" if "webhook" in names else ""
    return f"{choices}: it has {' and '.join(given)}, so remove one{split}"


def _explain_pattern(value: Any, subschema: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Explain why *value* does not have the form of *subschema*; "" if that is not known."""
    definitions = schema["$defs"]
    if not isinstance(value, str):
        return ""
    if subschema.get("format") == "iri":
        return web_url_problem(value)
    if subschema.get("pattern") == definitions["id"]["pattern"]:
        fitting = re.sub(r"[^A-Za-z0-9_.-]+", "-", hide_in_text(value)).strip("-_.")[:128]
        remedy = f"; write {fitting!r}" if fitting else ""
        return f"{value!r} is not an id: an id has letters without accents, digits, '_', '.' and '-', and no blanks{remedy}"
    if subschema.get("pattern") == definitions["duration"]["pattern"]:
        return duration_problem(value)
    if subschema.get("pattern") == definitions["time"]["pattern"]:
        return time_problem(value)
    return ""


def _explain_type(value: Any, wanted: str, subschema: Mapping[str, Any], schema: Mapping[str, Any], path: KeyPath) -> str:
    key = path[-1] if path else ""
    assign = f"{key} = " if isinstance(key, str) else ""
    if wanted == "array":
        item = schema["$defs"].get(subschema.get("items", {}).get("$ref", "").rsplit("/", 1)[-1], {})
        if item.get("type") == "object":
            return f"must be a list of tables: write [[{key}]], with two brackets on each side, before each of them"
        example = _toml(value) if isinstance(value, str | int | float) else '"..."'
        return f"must be a list: write {assign}[{example}]"
    if wanted == "object":
        return _explain_no_table(value, key, path, subschema.get("required", ()))
    if wanted == "string":
        if subschema.get("pattern") == schema["$defs"]["duration"]["pattern"]:
            given = value if isinstance(value, int) and not isinstance(value, bool) else 12
            return f'must be a duration, between quotation marks: write {assign}"{given}h"; others are 90m, 12h or 7d'
        if isinstance(value, dict):
            return f'is one text, not a table: write {assign}"..."' + (", above the first [table]" if len(path) == 1 else "")
        if _SECRET_KEY.search(str(key)):
            return f'must be one text, between quotation marks: write {assign}"..."'
        if isinstance(value, list):
            meant = _toml(value[0]) if len(value) == 1 and isinstance(value[0], str) else '"..."'
            return f"must be one text, not a list: write {assign}{meant}"
        return f'must be a text, between quotation marks: write {assign}"{_toml(value)}"'
    if wanted == "boolean":
        meant = "false" if str(value).casefold() in {"false", "no", "off", "0"} else "true"
        return f"must be true or false, without quotation marks: write {assign}{meant}"
    hint = f" ({subschema['description']})" if "description" in subschema else ""
    return f"{_explain_no_number(value, wanted, str(subschema.get('description', 'seconds')), key)}{hint}"


def _explain_no_table(value: Any, key: str | int, path: KeyPath, required: Sequence[str]) -> str:
    if len(path) > 1 and isinstance(key, str):
        return f"must be a table: write {key} = {{{', '.join(f'{name} = {example(name)}' for name in required)}}}"
    if isinstance(key, str):
        brackets = " with one bracket on each side," if isinstance(value, list) else ""
        return f"must be a table: write [{key}],{brackets} and its keys on the lines below"
    return f"{_toml(value)} must be a table: write its keys on lines below a header with two brackets on each side"


def _explain_no_number(value: Any, wanted: str, description: str, key: str | int) -> str:
    number = "a whole number" if wanted == "integer" else "a number"
    unit = next((unit for unit in ("seconds", "days", "MiB") if key == unit or unit in description.casefold()), "")
    of_unit = f" of {unit}" if unit else ""
    assign = f"{key} = " if isinstance(key, str) else ""
    meant = ""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        meant = value.strip()
    elif isinstance(value, str) and unit in {"seconds", "days"} and not duration_problem(value):
        meant = f"{parse_duration(value).total_seconds() / (86400 if unit == 'days' else 1):g}"
    elif isinstance(value, float):
        meant = f"{value:.0f}"
    return f"{_toml(value)} must be {number}{of_unit}, without quotation marks" + (f": write {assign}{meant}" if meant else "")


def _toml(value: Any) -> str:
    """Return *value* as it is written in TOML, shortened, and without the secrets of URLs."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + hide_in_text(value)[:100].replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "{...}" if isinstance(value, dict) else hide_in_text(str(value))[:100]


def _subschema(schema: Mapping[str, Any], schema_path: Sequence[str | int]) -> dict[str, Any]:
    """Return the part of *schema* at *schema_path*, following references to its $defs."""
    part: Any = schema
    for key in schema_path:
        if isinstance(part, dict) and "$ref" in part:
            part = schema["$defs"][part["$ref"].rsplit("/", 1)[-1]]
        part = part.get(key, part) if isinstance(part, dict) else part[int(key)]
    return part if isinstance(part, dict) else {}


def format_path(path: KeyPath) -> str:
    """Return *path* for a message: 'watches number 3 severity: '."""
    words = [f"number {key + 1}" if isinstance(key, int) else key for key in path]
    return f"{' '.join(words)}: " if words else ""
