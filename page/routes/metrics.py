"""The metrics of the process of the page. Who has no token, where one is needed, does not get them."""

from functools import partial

from aiohttp import web

from monitor.runtime.metrics.process import MeasuredProcess
from page.measures import measures
from page.site import SITE

PROCESS = web.AppKey("process", MeasuredProcess)
"""Where the application holds its registry."""
routes = web.RouteTableDef()


def measured(app: web.Application) -> MeasuredProcess:
    """Return the metrics of the process that serves *app*."""
    return MeasuredProcess("page", app[SITE].config, partial(measures, app))


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """Answer a scrape of Prometheus."""
    return request.app[PROCESS].respond(request)
