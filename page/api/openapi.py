"""The OpenAPI 3.1 document of the API, made from its endpoints and the schemas of the messages."""

from collections.abc import Iterable
from importlib.metadata import version
from inspect import cleandoc
from typing import Any

from monitor.asyncapi import components
from monitor.messages import MESSAGES
from page.api.endpoint import Endpoint, Parameter

PREFIX = "/api/v1"
STATUSES = {
    400: "The request is not valid; `detail` says what to change.",
    401: "A token is needed.",
    403: "A change is accepted only from the page itself, or with a token.",
    404: "There is nothing with this path or id.",
    415: "The body is not JSON.",
    421: "The page is not served for this host.",
    503: "The bus or a file cannot be used now; `detail` says why.",
}
ALWAYS = (400, 401, 421, 503)
IF_NONE_MATCH = Parameter("If-None-Match", "The ETag of an earlier answer: the same one is not sent again.", "header")
PROBLEM = {
    "type": "object",
    "description": "A problem, as in RFC 9457.",
    "properties": {"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
    "required": ["title", "status", "detail"],
}


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Return the document of *endpoints*."""
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        paths.setdefault(f"{PREFIX}{each.path}", {})[each.method.lower()] = _operation(each)
    schemas = components({kind.STREAM.name: kind.schema() for kind in MESSAGES})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newsmonitor",
            "version": version("newsmonitor"),
            "summary": "Alerts, stories and articles of a news monitor.",
            "description": "docs/page.md has examples.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": {"problem": PROBLEM, **schemas},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    statuses = {*ALWAYS, *endpoint.problems, *((403, 415) if endpoint.method == "POST" else ())}
    is_tagged = endpoint.method == "GET" and not endpoint.streams
    operation: dict[str, Any] = {
        "operationId": endpoint.answer.__name__,
        "summary": endpoint.summary,
        "description": cleandoc(endpoint.answer.__doc__ or ""),
        "parameters": [_parameter(each) for each in (*endpoint.parameters, *((IF_NONE_MATCH,) if is_tagged else ()))],
        "responses": {
            "200": _done(endpoint, is_tagged=is_tagged),
            **({"304": {"description": "Nothing has changed since If-None-Match."}} if is_tagged else {}),
            **{str(each): _problem(each) for each in sorted(statuses)},
        },
    }
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": endpoint.body}}}
    return operation


def _done(endpoint: Endpoint, *, is_tagged: bool) -> dict[str, Any]:
    media = "text/event-stream" if endpoint.streams else "application/json"
    headers = {"headers": {"ETag": {"description": "The tag of this answer.", "schema": {"type": "string"}}}}
    return {"description": "Done.", "content": {media: {"schema": endpoint.result}}, **(headers if is_tagged else {})}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = {"type": "array", "items": parameter.schema} if parameter.repeated else parameter.schema
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.place == "path",
        "schema": schema,
    }


def _problem(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    return {"description": STATUSES[status], "content": content}
