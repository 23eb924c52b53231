"""Random records of a schema, as newsmonitor writes them, and readers of any version of the schemas."""

import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from jsonschema_rs import Draft202012Validator

from monitor.messages.base import isoformat
from monitor.messages.tolerant import compile_nodes, pass_over
from release.compatibility import Expanded, expand
from release.released import Schemas, retriever

MOST_ITEMS = 3
START = datetime(2000, 1, 1, tzinfo=UTC)
LETTERS = string.printable + "éКи金\u200f\U0001f680"
MATCHING = ("medtop:11000000", "Q1", "FR", "17", "https://example.org/", "abc")
"""A text for each pattern of the schemas."""


def expanded(name: str, known: Schemas) -> Expanded:
    """Return the schema *name* of *known* without references."""
    return expand(known[name], known[name], retriever(known))


def record(schema: Expanded, rng: Random) -> Any:
    """Return what newsmonitor may write with *schema*: some of the fields of the schema, and no others."""
    types = sorted(schema.get("type", ()))
    if "enum" in schema:
        return rng.choice([*schema["enum"], *[None] * ("null" in types)])
    if "anyOf" in schema:
        return record(rng.choice(schema["anyOf"]), rng)
    match rng.choice(types):
        case "object":
            return _object(schema, rng)
        case "array":
            least = schema.get("minItems", 0)
            most = min(schema.get("maxItems", MOST_ITEMS), max(least, MOST_ITEMS))
            return [record(schema["items"], rng) for _ in range(rng.choice([least, most, rng.randint(least, most)]))]
        case "string":
            return _string(schema, rng)
        case "integer":
            return rng.randint(schema.get("minimum", -5), min(schema.get("maximum", 2**31), 2**31))
        case "number":
            return rng.uniform(schema.get("minimum", -5), schema.get("maximum", 1e9))
        case "boolean":
            return rng.random() < 0.5
    return None


def reads(name: str, known: Schemas, data: Any) -> bool:
    """Return whether a reader with the schemas *known* reads *data*, the JSON of a record of *name*."""
    find = retriever(known)
    validator = Draft202012Validator(dict(known[name]), validate_formats=True, retriever=lambda uri: dict(find(uri)))
    return validator.is_valid(data) or validator.is_valid(pass_over(compile_nodes(known[name], find), name, data)[0])


def _object(schema: Expanded, rng: Random) -> Mapping[str, Any]:
    if isinstance(values := schema.get("additionalProperties"), Mapping):
        names = [*schema.get("required", ()), *rng.sample("abc", rng.randint(0, 2))]
        return {name: record(values, rng) for name in names}
    required = schema.get("required", ())
    return {name: record(part, rng) for name, part in schema["properties"].items() if name in required or rng.random() < 0.7}


def _string(schema: Expanded, rng: Random) -> str:
    if schema.get("format") == "date-time":
        return isoformat(START + timedelta(seconds=rng.uniform(0, 3e9)))
    if pattern := schema.get("pattern"):
        return next(text for text in MATCHING if re.search(pattern, text))
    least, most = schema.get("minLength", 0), schema.get("maxLength", 2**31)
    length = rng.choice([least, min(most, 20), most if most < 1000 else least])
    return "".join(rng.choices(LETTERS, k=length))
