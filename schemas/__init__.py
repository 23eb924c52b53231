"""The JSON Schemas: the contract between the services, and with the programs of those who subscribe."""

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

__all__ = ["load", "names"]


@cache
def names() -> tuple[str, ...]:
    """Every schema's name, sorted: the streams' names and ``config.v1``."""
    found = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in found if name.endswith(".json")))


@cache
def load(name: str) -> dict[str, Any]:
    """The schema called *name*, such as ``alert.v1``. Raises FileNotFoundError where there is none."""
    schema: dict[str, Any] = orjson.loads((files(__name__) / f"{name}.json").read_bytes())
    return schema
