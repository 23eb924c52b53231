"""The page of watches."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from consumers.alerts.matching.resolve import lookups_for
from monitor.config import Config
from page.rendering import render
from page.site import SITE
from page.views.watches import list_watches
from page.watches.check import Remark, find_problem

routes = web.RouteTableDef()
PROBLEMS = web.AppKey("problems", dict)
"""Why the words of a watch cannot be used, by its id, for the config of one hash: checking all takes long if there are many."""


@routes.get("/watches")
async def show_watches(request: web.Request) -> web.Response:
    """Show the watches of the config, and what each has raised."""
    site = request.app[SITE]
    config, zone = site.config(), ZoneInfo(site.config().page.zone)
    problems = await _problems(request.app, config)
    open_for = timedelta(days=config.stories.days)
    rows = list_watches(config.watches, site.follower.records, problems, site.clock(), zone, open_for)
    return render(request, "watches.html", rows=rows, zone=zone, wrong=sum(row.problem is not None for row in rows))


async def _problems(app: web.Application, config: Config) -> Mapping[str, Remark]:
    known: dict[str, Mapping[str, Remark]] = app[PROBLEMS]
    if config.hash not in known:
        found = await asyncio.to_thread(_find_problems, config)
        known.clear()
        known[config.hash] = found
    return known[config.hash]


def _find_problems(config: Config) -> dict[str, Remark]:
    lookups = lookups_for(config)
    return {each.id: problem for each in config.watches if (problem := find_problem(each, lookups))}
