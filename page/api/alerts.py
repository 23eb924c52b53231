"""Alerts, their versions and their marks."""

import asyncio
import zlib
from collections.abc import Container
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import orjson

from monitor.grouping import key_of
from monitor.marks import time_of_mark
from monitor.messages import SEVERITIES, Alert, Mark, MarkState
from monitor.messages.codec import encode, to_dict
from page.api.endpoint import CURSOR, LIMIT, Arguments, Endpoint, Parameter, Refused, listing, reference
from page.api.paging import page_of
from page.site import Site
from page.views.attention import SHOWS, attention_of
from page.views.badges import OF_WATCH, STANDINGS, badge_of
from page.views.filters import Filters

ID = Parameter("id", "The id of an alert.", "path")
FILTERS = (
    Parameter("watch", "The id of a watch.", repeated=True),
    Parameter("severity", "The severity.", schema={"type": "string", "enum": list(SEVERITIES)}, repeated=True),
    Parameter("topic", "The code of a topic.", repeated=True),
    Parameter("entity", "The id of an entity.", repeated=True),
    Parameter("certainty", "How the story stands.", schema={"type": "string", "enum": [*STANDINGS, *OF_WATCH]}, repeated=True),
    Parameter("show", "Open alerts, or those with a mark.", schema={"type": "string", "enum": list(SHOWS), "default": "open"}),
    Parameter("q", "Words that a title has."),
)
NEW_MARK = {
    "type": "object",
    "properties": {
        "alert": {"type": "string", "minLength": 1, "maxLength": 1000},
        "state": {"type": "string", "enum": list(get_args(MarkState))},
        "until": {"type": ["string", "null"], "format": "date-time", "description": "The end of a snooze."},
        "by": {"type": "string", "minLength": 1, "maxLength": 200},
        "note": {"type": ["string", "null"], "maxLength": 1000},
    },
    "required": ["alert", "state", "by"],
    "additionalProperties": False,
}


async def list_alerts(site: Site, arguments: Arguments) -> Any:
    """Return the newest version of each alert."""
    records, now = site.follower.records, site.clock()
    filters = Filters(**{each.name: arguments.all(each.name) for each in FILTERS})
    of_story = replace(filters, watch=(), severity=(), certainty=())
    entries: Container[str] = records.entries
    if of_story.is_narrowed:
        entries = {key for key, entry in records.entries.items() if of_story.matches(entry, records.titles)}
    found = (
        alert
        for alert in records.alerts.values()
        if _passes(alert, filters)
        and key_of(alert) in entries
        # Most alerts have no mark.
        and (attention_of(alert, records, now).show if alert.id in records.marks else "open") == filters.shown
    )
    return page_of(found, lambda alert: (alert.updated, alert.id), arguments, records.whole)


def _passes(alert: Alert, filters: Filters) -> bool:
    """Return whether *alert* passes the filters that the alerts of one story may pass or not, each by itself."""
    return (
        (not filters.watch or alert.watch in filters.watch)
        and (not filters.severity or alert.severity in filters.severity)
        and (not filters.certainty or badge_of(alert).code in filters.certainty)
    )


async def get_alert(site: Site, arguments: Arguments) -> Any:
    """Return the newest version of an alert."""
    return to_dict(site.follower.records.whole(_alert(site, arguments.one("id"))))


async def list_versions(site: Site, arguments: Arguments) -> Any:
    """Return all versions of an alert that the log holds."""
    alert = _alert(site, arguments.one("id"))
    sql = "SELECT value FROM records WHERE kind = 'alert' AND id = ? ORDER BY version"
    rows = await asyncio.to_thread(site.index.query, sql, (alert.id,))
    return {"items": [orjson.loads(zlib.decompress(value)) for (value,) in rows], "next": None}


async def list_marks(site: Site, arguments: Arguments) -> Any:
    """Return the newest mark of each alert that has one."""
    return page_of(site.follower.records.marks.values(), lambda mark: (mark.at, mark.id), arguments)


async def make_mark(site: Site, arguments: Arguments) -> Any:
    """Mark an alert at its newest version."""
    body, now = arguments.body, site.clock()
    alert = _alert(site, body["alert"])
    until = _time(body["until"]) if body.get("until") else None
    if until is not None and (body["state"] != "snoozed" or until <= now):
        raise Refused(400, "until: only a snooze has an end, and it lies in the future")
    at = time_of_mark(site.follower.records.marks.get(alert.id), now)
    mark = Mark(alert.id, body["state"], alert.version, until, alert.standing, body["by"], body.get("note"), at)
    await site.bus.publish([encode(mark)])
    site.follower.records.apply(mark, now.timestamp())
    return to_dict(mark)


def _time(text: str) -> datetime:
    """Return the date-time *text* in UTC. Raises Refused for one that RFC 3339 allows and Python cannot hold."""
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(400, f"until: {text!r} is no time that can be kept; give one such as 2026-11-27T08:00:00Z") from None


def _alert(site: Site, id_: str) -> Alert:
    alert = site.follower.records.alerts.get(id_)
    if alert is None:
        raise Refused(404, "there is no such alert: the log no longer has it, or the id is wrong")
    return alert


ENDPOINTS = (
    Endpoint("GET", "/alerts", "List alerts", listing(reference("alert.v1")), list_alerts, (*FILTERS, LIMIT, CURSOR)),
    Endpoint("GET", "/alerts/{id}", "Get an alert", reference("alert.v1"), get_alert, (ID,), problems=(404,)),
    Endpoint(
        "GET",
        "/alerts/{id}/versions",
        "List the versions of an alert, the earliest first",
        listing(reference("alert.v1")),
        list_versions,
        (ID,),
        problems=(404,),
    ),
    Endpoint("GET", "/marks", "List marks", listing(reference("mark.v1")), list_marks, (LIMIT, CURSOR)),
    Endpoint("POST", "/marks", "Mark an alert", reference("mark.v1"), make_mark, body=NEW_MARK, problems=(404,)),
)
