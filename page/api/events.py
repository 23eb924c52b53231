"""The alerts as server-sent events, for programs: each as alert.v1, as it is raised or changes."""

from collections.abc import Sequence

from aiohttp import web

from monitor.grouping import SEVERITIES
from monitor.messages import Alert
from monitor.messages.codec import to_dict
from page.api.endpoint import Arguments, Endpoint, Parameter, Refused
from page.api.openapi import PREFIX
from page.api.routes import problem, read_arguments
from page.records import Change
from page.routes.events import format_event, send_changes
from page.site import SITE, Site

routes = web.RouteTableDef()


async def _no_answer(_site: Site, _arguments: Arguments) -> None:
    """An event stream has no answer that ends, so it is not in the OpenAPI document, whose tests ask for one."""


EVENTS = Endpoint(
    "GET",
    "/events",
    "Follow the alerts",
    {},
    _no_answer,
    (
        Parameter("watch", "The id of a watch.", repeated=True),
        Parameter("severity", "The severity.", schema={"type": "string", "enum": list(SEVERITIES)}, repeated=True),
        Parameter("last", "Where to go on: the id of the last event; the header Last-Event-ID says the same."),
    ),
)


@routes.get(f"{PREFIX}{EVENTS.path}")
async def follow_alerts(request: web.Request) -> web.StreamResponse:
    """Send each alert in its newest version, from the position in Last-Event-ID or `last` on; without one, from now on."""
    try:
        arguments = await read_arguments(EVENTS, request)
    except Refused as error:
        return problem(error.status, error.text)
    records = request.app[SITE].follower.records
    watches, severities = arguments.all("watch"), arguments.all("severity")

    def is_wanted(alert: Alert) -> bool:
        return (not watches or alert.watch in watches) and (not severities or alert.severity in severities)

    def tell(changes: Sequence[Change]) -> bytes:
        newest = {change.ids[0]: change.position for change in changes if change.kind == "alert"}
        known = ((records.alerts[id_], position) for id_, position in newest.items() if id_ in records.alerts)
        return b"".join(
            format_event("alert", to_dict(records.whole(alert)), position) for alert, position in known if is_wanted(alert)
        )

    return await send_changes(request, tell)
