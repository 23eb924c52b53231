"""The page of the system."""

from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.runtime import registry
from monitor.runtime.dead_letters import redrive
from page.reading.system import read_dead, read_held, read_lags
from page.rendering import render
from page.site import SITE
from page.views.paging import page_of
from page.views.system import config_troubles, list_services, list_targets, measure_stages

routes = web.RouteTableDef()
MOST = 20
"""The most lines of a part that has no pages."""


@routes.get("/system")
async def show_system(request: web.Request) -> web.Response:
    """Show the services, stages, dead letters and targets. A part that fails says why in its own place."""
    site = request.app[SITE]
    follower, records, config = site.follower, site.follower.records, site.config()
    lags, trouble = await read_lags(site)
    dead, dead_trouble = await read_dead(site)
    held, held_trouble = await read_held(site)
    targets = list_targets(config.targets, records.targets, records.deliveries.values())
    targets.sort(key=lambda row: row.state == "ok")
    return render(
        request,
        "system.html",
        services=list_services(tuple(registry.service_modules()), records.processes.values(), lags, follower.seen),
        seen=None if follower.sees_processes else follower.seen,
        config_troubles=config_troubles(records.processes.values(), follower.seen),
        lag_trouble=trouble,
        own_trouble=sorted({*follower.trouble.values(), *site.index.trouble.values()}),
        stages=measure_stages(records.latest),
        dead=dead,
        dead_trouble=dead_trouble,
        targets=page_of(targets, lambda row: f"{row.id} {row.kind} {row.state}", "/system", request.query),
        most=MOST,
        held=held,
        held_trouble=held_trouble,
        zone=ZoneInfo(config.page.zone),
    )


@routes.post("/dead/redrive")
async def redrive_dead_letters(request: web.Request) -> web.StreamResponse:
    """Retry each dead letter that has not been retried."""
    await redrive(request.app[SITE].bus)
    raise web.HTTPSeeOther("/system")
