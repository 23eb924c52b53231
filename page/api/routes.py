"""The routes of the API: they check what a request asks for, and send what an endpoint answers."""

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from typing import Any

import orjson
from aiohttp import web
from jsonschema_rs import Draft202012Validator, ValidationError

from monitor.bus import Transient
from monitor.escape import escape_json
from page.api import alerts, events, installation, stories, trends, watch_changes, watches
from page.api.endpoint import Arguments, Endpoint, Parameter, Refused
from page.api.openapi import PREFIX, STATUSES, document
from page.bodies import read_bytes
from page.security.guards import Handler
from page.security.writes import SAFE_METHODS
from page.site import SITE
from page.streaming import send_changes

ENDPOINTS: tuple[Endpoint, ...] = (
    *alerts.ENDPOINTS,
    *stories.ENDPOINTS,
    *trends.ENDPOINTS,
    *installation.ENDPOINTS,
    *watches.ENDPOINTS,
    *watch_changes.ENDPOINTS,
    *events.ENDPOINTS,
)
MAX_ERROR_CHARS = 500
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


def make_routes() -> list[web.RouteDef]:
    """Return the routes of all endpoints, and that of the document."""
    return [*map(_route, ENDPOINTS), web.get("/api/openapi.json", _send_document)]


def _route(endpoint: Endpoint) -> web.RouteDef:
    path, handler = f"{PREFIX}{endpoint.path}", _handler(endpoint)
    if endpoint.method == "POST":
        return web.post(path, handler)
    return web.get(path, handler, allow_head=not endpoint.streams)


def _handler(endpoint: Endpoint) -> Any:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            arguments = await read_arguments(endpoint, request)
            answer = await endpoint.answer(request.app[SITE], arguments)
        except Refused as error:
            return problem(error.status, error.text)
        except Transient as error:
            return problem(503, str(error))
        return await send_changes(request, answer) if endpoint.streams else _send(request, answer)

    return handle


async def read_arguments(endpoint: Endpoint, request: web.Request) -> Arguments:
    """Return what *request* asks *endpoint* for. Raises Refused."""
    known = {each.name: each for each in endpoint.parameters}
    if unknown := [name for name in request.query if name not in known or known[name].place != "query"]:
        names = ", ".join(name for name, each in known.items() if each.place == "query")
        raise Refused(400, f"{unknown[0]}: there is no such parameter; known: {names or 'none'}")
    values = {name: [_value(each, text) for text in _texts(each, request)] for name, each in known.items()}
    return Arguments(values, await _body(endpoint, request) if endpoint.body is not None else None)


def _texts(parameter: Parameter, request: web.Request) -> list[str]:
    if parameter.place == "path":
        return [request.match_info[parameter.name]]
    texts = (request.headers if parameter.place == "header" else request.query).getall(parameter.name, [])
    if len(texts) > 1 and not parameter.repeated:
        raise Refused(400, f"{parameter.name}: give it once")
    return texts


def _value(parameter: Parameter, text: str) -> Any:
    """Return the value of *parameter* that *text* is. Raises Refused if its schema does not allow it."""
    value: Any = text
    if parameter.schema.get("type") == "integer":
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):  # noqa: PLR2004  (more do not fit 64 bits)
            raise Refused(400, f"{parameter.name}: give a whole number")
        value = int(text)
    try:
        _validator(orjson.dumps(parameter.schema)).validate(value)
    except ValidationError as error:
        raise Refused(400, f"{parameter.name}: {error.message[:MAX_ERROR_CHARS]}") from None
    except UnicodeEncodeError:
        raise Refused(400, f"{parameter.name}: give text in UTF-8") from None
    return value


async def _body(endpoint: Endpoint, request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise Refused(415, "send the body as application/json")
    try:
        body = orjson.loads(await read_bytes(request))
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"the body is not JSON: {error}") from None
    try:
        _validator(orjson.dumps(endpoint.body)).validate(body)
    except ValidationError as error:
        place = "/".join(map(str, error.instance_path))
        raise Refused(400, f"{place or 'body'}: {error.message[:MAX_ERROR_CHARS]}") from None
    return body


@cache
def _validator(schema: bytes) -> Draft202012Validator:
    return Draft202012Validator(orjson.loads(schema), validate_formats=True)


def _send(request: web.Request, answer: Any) -> web.Response:
    body = escape_json(orjson.dumps(answer))
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"Cache-Control": "no-cache"}
    if request.method in SAFE_METHODS:
        headers["ETag"] = tag
        if tag in (known := request.headers.get("If-None-Match", "")) or known.strip() == "*":
            return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)


@web.middleware
async def send_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Send what the API refuses as a problem, whoever refuses it: the guards, the router or the limit of a body."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        response = problem(error.status, _remedy(error))
        response.headers.update({name: error.headers[name] for name in KEPT_HEADERS if name in error.headers})
        return response


def _remedy(error: web.HTTPException) -> str:
    """Return what to change for *error*; those of the router say what went wrong alone."""
    known = "/api/openapi.json lists the routes and their methods"
    if isinstance(error, web.HTTPMethodNotAllowed):
        return f"{error.method} is not allowed here, but {', '.join(sorted(error.allowed_methods))}; {known}"
    if isinstance(error, web.HTTPNotFound) and error.text == f"404: {error.reason}":
        return f"there is no such route; {known}"
    return (error.text or error.reason).strip()


def problem(status: int, detail: str) -> web.Response:
    """Return the response for a request that cannot be answered, as in RFC 9457."""
    data: Mapping[str, Any] = {"title": STATUSES.get(status, "The request failed."), "status": status, "detail": detail}
    return web.Response(status=status, body=orjson.dumps(data), content_type="application/problem+json")


async def _send_document(request: web.Request) -> web.Response:
    return _send(request, document(ENDPOINTS))
