"""The settings in use, with the description of each key and without any secret."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import schemas
from monitor.config import Config
from monitor.redaction import hide_in_text

SECTIONS = ("fetch", "streams", "kafka", "entities", "stories", "delivery", "page")
"""The tables of the config that are shown key by key. Feeds, watches and targets have pages of their own."""


MAX_VALUES = 20
"""The most values of a key that are shown."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A key with its value as text, and what the schema says of it."""

    key: str
    value: str
    description: str


def list_settings(config: Config) -> list[Setting]:
    """Return the settings of *config*, in the order of its schema."""
    schema = schemas.load("config.v1")
    return [
        _setting("bus", config.bus, schema["properties"]["bus"]),
        _setting("listen", config.listen, schema["properties"]["listen"]),
        *(each for name in SECTIONS for each in _section(name, getattr(config, name), schema["$defs"][name]["properties"])),
    ]


def _section(name: str, table: Any, properties: dict[str, Any]) -> Iterator[Setting]:
    for each in fields(table) if is_dataclass(table) else ():
        yield _setting(f"{name}.{each.name}", getattr(table, each.name), properties.get(each.name, {}))


def _setting(key: str, value: Any, schema: dict[str, Any]) -> Setting:
    text = "not set" if value is None or value in ("", (), {}) else _show(value)
    return Setting(key, hide_in_text(text), schema.get("description", ""))


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        more = f" and {len(value) - MAX_VALUES:,} more" if len(value) > MAX_VALUES else ""
        return ", ".join(map(str, value[:MAX_VALUES])) + more
    return f"{value:g}" if isinstance(value, float) else str(value)
