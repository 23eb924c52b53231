"""The page of watches."""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.config import Config
from page.rendering import render
from page.site import SITE
from page.views.paging import page_of
from page.views.watches import list_watches
from page.watches.check import Remark, find_problem
from page.watches.per_config import PerConfig

routes = web.RouteTableDef()
GONE = "The config has no such watch: it was removed or renamed, or the link is incomplete.\n"
ID = "[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"
"""What the id of a watch may be, as in the schema of the config."""


@routes.get("/watches")
async def show_watches(request: web.Request) -> web.Response:
    """Show the watches of the config, and what each has raised. `removed` is the one that was just removed."""
    site = request.app[SITE]
    config, zone = site.config(), ZoneInfo(site.config().page.zone)
    problems = await asyncio.to_thread(problems_of, config)
    open_for = timedelta(days=config.stories.days)
    rows = list_watches(config.watches, site.follower.records, problems, site.clock(), zone, open_for)
    removed, wrong = request.query.get("removed", ""), sum(row.problem is not None for row in rows)
    found = page_of(rows, lambda row: f"{row.id} {' '.join(row.targets)}", "/watches", request.query)
    is_gone = re.fullmatch(ID, removed) and all(row.id != removed for row in rows)
    return render(request, "watches.html", list=found, zone=zone, wrong=wrong, removed=removed if is_gone else "")


def _find_problems(config: Config) -> Mapping[str, Remark]:
    return {each.id: problem for each in config.watches if (problem := find_problem(each, config))}


problems_of = PerConfig(_find_problems)
"""Returns why the words of a watch cannot be used, by its id: checking all takes long if there are many."""
