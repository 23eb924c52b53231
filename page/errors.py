"""Errors as pages, so that who followed a link finds the way back."""

from collections.abc import Mapping

from aiohttp import web

from page.rendering import render
from page.security.guards import Handler

HEADINGS: Mapping[int, str] = {404: "Not found", 409: "Not saved", 503: "Not available now"}
NO_PAGE = "There is no such page. The link may be incomplete."
KEPT_HEADERS = ("Allow", "Retry-After")


@web.middleware
async def show_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show an error as a page to who asks for a page. Programs and the script of the page get its text alone."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < web.HTTPBadRequest.status_code or not _asks_for_page(request):
            raise
        problem = NO_PAGE if request.match_info.http_exception is error else error.text or error.reason
        heading = HEADINGS.get(error.status, "This did not work")
        response = render(request, "error.html", status=error.status, heading=heading, problem=problem)
        response.headers.update({name: error.headers[name] for name in KEPT_HEADERS if name in error.headers})
        return response


def _asks_for_page(request: web.Request) -> bool:
    wants_html = "text/html" in request.headers.get("Accept", "")
    return wants_html and "part" not in request.query and not request.path.startswith("/api/")
