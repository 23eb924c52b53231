"""A search of the articles of the last days."""

import asyncio
from datetime import timedelta

from consumers.alerts.query.ast import Node
from page.search import SearchPage, compile_query, search
from page.site import Site

LIMIT = 30


async def run_search(site: Site, query: str, days: int, before: int | None, limit: int = LIMIT) -> SearchPage:
    """Return a page of results. Raises InvalidQuery."""
    node = compile_query(query, site.config())
    return await asyncio.to_thread(_search, site, node, days, before, limit)


def _search(site: Site, node: Node, days: int, before: int | None, limit: int) -> SearchPage:
    since = (site.clock() - timedelta(days=days)).timestamp()
    return search(site.index, node, since=since, limit=limit, before=before)
