"""The search page."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from consumers.alerts.query.errors import InvalidQuery
from page.reading.search import run_search
from page.rendering import render
from page.search import SearchPage
from page.site import SITE
from page.views.results import group_results

routes = web.RouteTableDef()
DAYS = (1, 7, 30)
MAX_DAYS = 36_600
"""As far as a search looks back, as in the API: what lies before has no date that can be computed with."""
MAX_QUERY = 5000


@routes.get("/search")
async def show_results(request: web.Request) -> web.Response:
    """Search the articles of the last `days` for `q`; `before` is where an older page begins."""
    site = request.app[SITE]
    query = request.query.get("q", "").strip()[:MAX_QUERY]
    days = min(_number(request.query.get("days", ""), 30), MAX_DAYS)
    before = _number(request.query.get("before", ""), 0) or None
    page, problem = SearchPage((), None), ""
    if query:
        try:
            page = await run_search(site, query, days, before)
        except InvalidQuery as error:
            problem = str(error)
    older = f"/search?{urlencode({'q': query, 'days': days, 'before': page.before})}" if page.before else None
    return render(
        request,
        "search.html",
        status=400 if problem else 200,
        query=query,
        days=days,
        choices=[(each, f"/search?{urlencode({'q': query, 'days': each})}") for each in DAYS],
        problem=problem,
        stories=group_results(page.found, site.follower.records.entries),
        count=len(page.found),
        older=older,
        watch_url=f"/editor?{urlencode({'query': query})}",
        zone=ZoneInfo(site.config().page.zone),
    )


def _number(text: str, default: int) -> int:
    """Return the whole number *text*, which is at most ten digits long; *default* for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else default  # noqa: PLR2004
