"""What the page tells Prometheus of itself: requests, readers, and how far its records and its index are."""

from collections import Counter
from collections.abc import Iterator

from aiohttp import web

from monitor.runtime.measures import Measure, gauge
from page.security.guards import Handler
from page.site import SITE
from page.streaming import READERS

CLASSES = {
    "/api": "api",
    "/events": "events",
    "/alerts.": "feed",
    "/static": "static",
    "/login": "login",
    "/live": "probe",
    "/ready": "probe",
    "/metrics": "probe",
}
"""The classes of routes, by the start of their paths. All others show a page or take a form."""
REQUESTS = web.AppKey("requests", Counter[tuple[str, str]])
"""How many requests were answered, by the class of the route and the status."""


@web.middleware
async def count_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count *request* by the status of its answer. One that is not answered is not counted."""
    counts, route = request.app[REQUESTS], route_class(request)
    try:
        response = await handler(request)
    except web.HTTPException as error:
        counts[route, str(error.status)] += 1
        raise
    except Exception:
        counts[route, "500"] += 1
        raise
    counts[route, str(response.status)] += 1
    return response


def route_class(request: web.Request) -> str:
    """Return the class of the route of *request*, one of a few: nobody can make new ones by asking for what does not exist."""
    resource = request.match_info.route.resource
    if resource is None:
        return "none"
    return next((name for start, name in CLASSES.items() if resource.canonical.startswith(start)), "page")


def measures(app: web.Application) -> Iterator[Measure]:
    """Yield what the page of *app* measures."""
    site = app[SITE]
    text = "Requests by the class of the route and the status of the answer."
    requests: dict[tuple[str, ...], float] = {(route, status): count for (route, status), count in app[REQUESTS].items()}
    yield Measure("page_requests", text, "counter", requests, ("route", "status"))
    readers = sum(not each.is_closing() for each in app[READERS])
    yield gauge("page_readers", "Browsers and programs that follow the changes.", readers)
    yield gauge("page_readers_limit", "The most of them at once.", site.limits.readers)
    ready = site.follower.complete.is_set() and not site.follower.trouble
    yield gauge("page_ready", "1 if the page has read the log and follows it, as /ready says.", ready)
    text = "When the index last had all records of the stream. Without an update, it does not follow the log, and search lags."
    current: dict[tuple[str, ...], float] = {(stream,): moment for stream, moment in site.index.current.items()}
    yield Measure("page_index_current_timestamp_seconds", text, "gauge", current, ("stream",))
