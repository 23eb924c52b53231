"""The metrics of the process of the page. Who has no token, where one is needed, does not get them."""

from functools import partial

from aiohttp import web

from monitor.runtime.metrics.without_services import MetricsWithoutServices
from page.measures import measures
from page.site import SITE

METRICS = web.AppKey("metrics", MetricsWithoutServices)
"""Where the application holds its metrics."""
routes = web.RouteTableDef()


def make_metrics(app: web.Application) -> MetricsWithoutServices:
    """Return the metrics of the process that serves *app*."""
    return MetricsWithoutServices("page", app[SITE].config.status, partial(measures, app))


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """Answer a scrape of Prometheus."""
    return request.app[METRICS].respond(request)
