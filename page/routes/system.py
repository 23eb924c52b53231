"""The page of the system."""

from collections import Counter
from zoneinfo import ZoneInfo

from aiohttp import web

from consumers.delivery.tools.target_report import lines_of_held
from monitor.bus import Transient
from monitor.messages.deliveries import FINAL_STATES
from monitor.runtime import registry
from monitor.runtime.dead_letters import list_dead_letters, redrive
from page.rendering import render
from page.site import SITE, Site
from page.views.paging import page_of
from page.views.system import list_services, list_targets, measure_stages

routes = web.RouteTableDef()
MOST = 20
"""The most lines of a part that has no pages."""


@routes.get("/system")
async def show_system(request: web.Request) -> web.Response:
    """Show the services, stages, dead letters and targets. A part that fails says why in its own place."""
    site = request.app[SITE]
    records, config, now = site.follower.records, site.config(), site.clock()
    lags, trouble = await read_lags(site)
    dead, dead_trouble = await read_dead(site)
    held, held_trouble = await _read_held(site)
    targets = list_targets(config.targets, records.targets, records.deliveries.values())
    targets.sort(key=lambda row: row.state == "ok")
    return render(
        request,
        "system.html",
        services=list_services(tuple(registry.service_modules()), records.processes.values(), lags, now),
        lag_trouble=trouble,
        own_trouble=sorted({*site.follower.trouble.values(), *site.index.trouble.values()}),
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


async def read_lags(site: Site) -> tuple[dict[str, int | None], str]:
    """Return the lag of each service by name, and why it is not known, if so."""
    try:
        modules = registry.service_modules().items()
        return {name: await site.bus.lag(name, module.reads.STREAM.name) for name, module in modules}, ""
    except Transient as error:
        return {}, str(error)


async def read_dead(site: Site) -> tuple[Counter[tuple[str, str]], str]:
    """Return how many dead letters there are that nobody has retried, by service and reason; and why that is not known."""
    try:
        letters = await list_dead_letters(site.bus)
    except Transient as error:
        return Counter(), str(error)
    return Counter((each["service"], each["reason"]) for each in letters if not each["redriven"]), ""


async def _read_held(site: Site) -> tuple[list[str], str]:
    """Return a line for each target for which alerts are held, as `newsmonitor targets` says it; and why that is not known."""
    if all(each.state in FINAL_STATES for each in site.follower.records.deliveries.values()):
        return [], ""
    try:
        queue = await site.deliveries.read(site.bus)
    except Transient as error:
        return [], str(error)
    return lines_of_held(queue, site.config(), site.clock()), ""
