"""The alerts as feeds for feed readers, of all watches or of those in `watch`: /alerts.atom and /alerts.json."""

import asyncio

from aiohttp import web

from monitor.export.atom import ATOM
from monitor.export.feed import FeedFormat, make_feed, write_feed
from monitor.export.json_feed import JSON_FEED
from monitor.messages import SEVERITIES
from page.site import SITE

routes = web.RouteTableDef()
MAX_ENTRIES = 200
"""The alerts that a feed has, those that changed last: a reader that asks once a day misses none of a usual day."""


@routes.get("/alerts.atom")
async def send_atom(request: web.Request) -> web.Response:
    """Send the alerts as an Atom feed."""
    return await _send(request, ATOM, "application/atom+xml")


@routes.get("/alerts.json")
async def send_json_feed(request: web.Request) -> web.Response:
    """Send the alerts as a JSON Feed."""
    return await _send(request, JSON_FEED, "application/feed+json")


async def _send(request: web.Request, form: FeedFormat, media_type: str) -> web.Response:
    site = request.app[SITE]
    watches = request.query.getall("watch", [])
    severities = [each for each in request.query.getall("severity", []) if each in SEVERITIES]
    records = site.follower.records
    alerts = [
        alert
        for alert in records.alerts.values()
        if (not watches or alert.watch in watches) and (not severities or alert.severity in severities)
    ]
    latest = [records.whole(each) for each in sorted(alerts, key=lambda alert: alert.updated)[-MAX_ENTRIES:]]
    url = f"{request.scheme}://{request.host}{request.path_qs}"
    feed = await asyncio.to_thread(make_feed, latest, watches, severities, site.clock(), url)
    text = await asyncio.to_thread(write_feed, form, feed)
    return web.Response(text=text, content_type=media_type, charset="utf-8")
