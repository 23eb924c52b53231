"""The page of watches."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.config import Config
from page.rendering import render
from page.site import SITE
from page.views.watches import list_watches
from page.watches.check import Remark, find_problem
from page.watches.per_config import PerConfig

routes = web.RouteTableDef()


@routes.get("/watches")
async def show_watches(request: web.Request) -> web.Response:
    """Show the watches of the config, and what each has raised."""
    site = request.app[SITE]
    config, zone = site.config(), ZoneInfo(site.config().page.zone)
    problems = await asyncio.to_thread(problems_of, config)
    open_for = timedelta(days=config.stories.days)
    rows = list_watches(config.watches, site.follower.records, problems, site.clock(), zone, open_for)
    return render(request, "watches.html", rows=rows, zone=zone, wrong=sum(row.problem is not None for row in rows))


def _find_problems(config: Config) -> Mapping[str, Remark]:
    return {each.id: problem for each in config.watches if (problem := find_problem(each, config))}


problems_of = PerConfig(_find_problems)
"""Returns why the words of a watch cannot be used, by its id: checking all takes long if there are many."""
