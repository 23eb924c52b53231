"""The alerts as server-sent events, for programs: each as alert.v1, as it is raised or changes."""

from collections.abc import Sequence
from typing import Any

from monitor.messages import SEVERITIES, Alert
from monitor.messages.codec import to_dict
from page.api.endpoint import TEXT, Arguments, Endpoint, Parameter, Schema, reference
from page.records import Change
from page.site import Site
from page.streaming import Tell, format_event

POSITION: Schema = {"type": "string", "description": "The position after this event."}


async def follow_alerts(site: Site, arguments: Arguments) -> Tell:
    """Send each alert in its newest version, from the position in Last-Event-ID or `last` on; without one, from now on.

    The answer never ends. Its first event has an id alone, and so has one every 15 seconds while nothing comes.
    """
    records = site.follower.records
    watches, severities = arguments.all("watch"), arguments.all("severity")

    def is_wanted(alert: Alert) -> bool:
        return (not watches or alert.watch in watches) and (not severities or alert.severity in severities)

    def tell(changes: Sequence[Change], _: str) -> bytes:
        newest = {change.ids[0]: change.position for change in changes if change.kind == "alert"}
        known = ((records.alerts[id_], position) for id_, position in newest.items() if id_ in records.alerts)
        return b"".join(
            format_event("alert", to_dict(records.whole(alert)), position) for alert, position in known if is_wanted(alert)
        )

    return tell


def _event(name: str, description: str, data: Schema) -> dict[str, Any]:
    """Return the schema of the events *name*, whose data is JSON with the schema *data*."""
    text = {"type": "string", "contentMediaType": "application/json", "contentSchema": data}
    return {
        "type": "object",
        "description": description,
        "properties": {"id": POSITION, "event": {"type": "string", "const": name}, "data": text},
        "required": ["id", "event", "data"],
    }


ALERT = _event("alert", "An alert was raised, or has changed.", reference("alert.v1"))
STALE = _event("stale", "More was missed than is kept: read /api/v1/alerts.", {"type": "object"})
PLACE: Schema = {
    "type": "object",
    "description": "Nothing new: where the events are now.",
    "properties": {"id": POSITION, "retry": {"type": "string"}},
    "additionalProperties": False,
}
EVENTS: Schema = {
    "type": "string",
    "description": "Server-sent events, as in the HTML standard.",
    "contentMediaType": "text/event-stream",
    "contentSchema": {
        "type": "array",
        "items": {"oneOf": [ALERT, STALE, PLACE]},
    },
}
LAST = "Where to go on: the id of the last event. Without one, the events begin now."
ENDPOINTS = (
    Endpoint(
        "GET",
        "/events",
        "Follow the alerts",
        EVENTS,
        follow_alerts,
        (
            Parameter("watch", "The id of a watch.", repeated=True),
            Parameter("severity", "The severity.", schema={"type": "string", "enum": list(SEVERITIES)}, repeated=True),
            Parameter("last", f"{LAST} The header Last-Event-ID says the same, and counts before it."),
            Parameter("Last-Event-ID", LAST, "header", TEXT),
        ),
        streams=True,
    ),
)
