"""Compile JSON Schemas, which may refer to newsmonitor's own."""

from collections.abc import Callable, Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator

import schemas

Schema = Mapping[str, Any]


def compile_schema(schema: Schema, change: Callable[[Any], Any] = lambda schema: schema) -> Draft202012Validator:
    """Return a validator for *schema*. It and all schemas that it refers to are passed through *change* first."""
    return Draft202012Validator(change(dict(schema)), validate_formats=True, retriever=lambda uri: change(retrieve(uri)))


def retrieve(uri: str) -> Any:
    """Return the schema with this *uri*. Raises ValueError if newsmonitor does not have it."""
    name = uri.removeprefix("urn:newsmonitor:")
    if name not in schemas.names():
        raise ValueError(f"a schema refers to {uri}, which newsmonitor does not have; remote references are not fetched")
    return schemas.load(name)
