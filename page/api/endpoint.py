"""An endpoint of the API as data, from which its route and its part of the OpenAPI document are made."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from page.site import Site

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string", "maxLength": 5000}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path, the query string or a header. A *repeated* one may stand several times: any value counts."""

    name: str
    description: str
    place: Literal["query", "path", "header"] = "query"
    schema: Schema = field(default_factory=lambda: TEXT)
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a request asks for: the values of each parameter, checked, and the *body*, which conforms to its schema."""

    values: Mapping[str, Sequence[Any]]
    body: Any = None

    def one(self, name: str, default: Any = None) -> Any:
        """Return the first value of the parameter *name*, or *default*."""
        values = self.values.get(name, ())
        return values[0] if values else default

    def all(self, name: str) -> tuple[Any, ...]:
        """Return all values of the parameter *name*."""
        return tuple(self.values.get(name, ()))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and a path. *answer* returns what is sent as JSON, which has the schema *result*, or raises Refused.

    *body* is the schema of the request's body; None if it has none. *problems* are the further statuses that it answers with.
    If it *streams*, *answer* returns what tells of changes (page.streaming.Tell), which are sent as events without end.
    """

    method: Literal["GET", "POST"]
    path: str
    summary: str
    result: Schema
    answer: Callable[[Site, Arguments], Awaitable[Any]]
    parameters: tuple[Parameter, ...] = ()
    body: Schema | None = None
    problems: tuple[int, ...] = ()
    streams: bool = False


class Refused(Exception):
    """The request cannot be answered: the *status* of the response, and a text that says what to change."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def reference(name: str) -> Schema:
    """Return a schema that refers to the component *name*, such as ``alert.v1``."""
    return {"$ref": f"#/components/schemas/{name}"}


def listing(item: Schema) -> Schema:
    """Return the schema of a page of *items*, with the cursor of the next page."""
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": item},
            "next": {"type": ["string", "null"], "description": "The value of `cursor` for the next page; null on the last."},
        },
        "required": ["items", "next"],
        "additionalProperties": False,
    }


LIMIT = Parameter("limit", "The most items of a page.", schema={"type": "integer", "minimum": 1, "maximum": 200, "default": 50})
CURSOR = Parameter("cursor", "Where the page begins: the `next` of the page before.")
