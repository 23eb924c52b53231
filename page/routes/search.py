"""The search page."""

import asyncio
from datetime import timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from consumers.alerts.query.ast import Node
from consumers.alerts.query.errors import InvalidQuery
from page.rendering import render
from page.search import SearchPage, compile_query, search
from page.site import SITE, Site
from page.views.results import group_results

routes = web.RouteTableDef()
LIMIT = 30
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


async def run_search(site: Site, query: str, days: int, before: int | None, limit: int = LIMIT) -> SearchPage:
    """Return a page of results. Raises InvalidQuery."""
    node = compile_query(query, site.config())
    return await asyncio.to_thread(_search, site, node, days, before, limit)


def _search(site: Site, node: Node, days: int, before: int | None, limit: int) -> SearchPage:
    since = (site.clock() - timedelta(days=days)).timestamp()
    return search(site.index, node, since=since, limit=limit, before=before)


def _number(text: str, default: int) -> int:
    """Return the whole number *text*, which is at most ten digits long; *default* for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else default  # noqa: PLR2004
