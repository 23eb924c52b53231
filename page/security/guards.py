"""The middlewares through which every request goes: host, token, origin of writes, and the headers of the response."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from aiohttp.typedefs import Middleware

from page.security.headers import SECURITY_HEADERS
from page.security.hosts import is_allowed
from page.security.token import COOKIE, is_equal, session_of
from page.security.writes import SAFE_METHODS, is_same_origin
from page.site import Site

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
OPEN_PATHS = ("/login", "/static/", "/live", "/ready")
"""What needs no token: the form for it, its style, and the probes of health."""


def guards(site: Site) -> Sequence[Middleware]:
    """Return the middlewares of *site*, the outermost first."""

    @web.middleware
    async def check_host(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_allowed(request.headers.get("Host", ""), site.config().page.hosts):
            remedy = "use localhost or 127.0.0.1, or add the host to `hosts` under [page] in the config"
            raise web.HTTPMisdirectedRequest(text=f"This page is not served for this host: {remedy}.\n")
        return await handler(request)

    @web.middleware
    async def check_token(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(OPEN_PATHS) or may_read(request, site.token):
            return await handler(request)
        if request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", ""):
            remedy = "send the token as `Authorization: Bearer TOKEN`"
            raise web.HTTPUnauthorized(text=f"A token is needed: {remedy}.\n", headers={"WWW-Authenticate": "Bearer"})
        raise web.HTTPSeeOther("/login")

    @web.middleware
    async def check_write(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method in SAFE_METHODS or _is_program(request, site.token):
            return await handler(request)
        if not is_same_origin(request.headers, f"{request.scheme}://{request.host}"):
            raise web.HTTPForbidden(text="A change is only accepted from the page itself, or with a bearer token.\n")
        return await handler(request)

    return (check_host, check_token, check_write)


async def on_prepare(_: web.Request, response: web.StreamResponse) -> None:
    """Set the security headers of *response* that its handler has not set."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


def may_read(request: web.Request, token: str | None) -> bool:
    """Return whether *request* may see what the page shows: there is no token, or it carries it, or the cookie for it."""
    return token is None or _is_program(request, token) or is_equal(request.cookies.get(COOKIE, ""), session_of(token))


def _is_program(request: web.Request, token: str | None) -> bool:
    """Return whether *request* carries *token* itself. No other site can make a browser send it."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return token is not None and scheme.casefold() == "bearer" and is_equal(given.strip(), token)
