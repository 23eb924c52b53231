"""Acknowledge, snooze, mute and open the alerts of a story, and take that back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.marks import time_of_mark
from monitor.messages import Alert, Mark, MarkState
from monitor.messages.codec import encode
from page.bodies import Form, read_form
from page.site import SITE, Site

routes = web.RouteTableDef()
HOURS = {"1h": 1, "4h": 4}
MORNING_HOUR = 8
MAX_NOTE = 1000
UNDO = "undo"
"""What a form has as its state to take back the newest marks, whose state it has as `was`."""
STATES = (*get_args(MarkState), UNDO)


@routes.post("/stories/{key}/mark")
async def mark(request: web.Request) -> web.StreamResponse:
    """Mark the alerts of a story: those of the watches in *watch*, or all. Answers with the list from which it came."""
    site, form = request.app[SITE], await read_form(request)
    entry = site.follower.records.entries.get(request.match_info["key"])
    if entry is None:
        raise web.HTTPNotFound(text="The log no longer has this story.\n")
    state = str(form.get("state", ""))
    if state not in STATES:
        raise web.HTTPBadRequest(text=f"state: one of {', '.join(STATES)}.\n")
    watches = {str(each) for each in form.getall("watch", ())}
    alerts = [alert for watch, alert in entry.alerts.items() if not watches or watch in watches]
    if not alerts:
        raise web.HTTPNotFound(text="These watches have raised no alert of the story: nothing was marked.\n")
    marks = _undo(alerts, form, site) if state == UNDO else _mark(alerts, form, site)
    if not marks:
        raise web.HTTPConflict(text="It has been marked again since then: nothing was undone.\n")
    await site.bus.publish([encode(each) for each in marks])
    for each in marks:
        # The reader's own act shows at once; the stream brings it again, which changes nothing.
        site.follower.records.apply(each, site.clock().timestamp())
    raise web.HTTPSeeOther(back_to(str(form.get("next", ""))))


def _mark(alerts: Iterable[Alert], form: Form, site: Site) -> list[Mark]:
    """Return the marks that *form* asks for."""
    state: MarkState = str(form["state"])  # type: ignore[assignment]
    until = _until(str(form.get("until", "")), site) if state == "snoozed" else None
    by, note = str(form.get("by", ""))[:200] or "page", str(form.get("note", ""))[:MAX_NOTE] or None
    known, now = site.follower.records.marks, site.clock()
    return [make_mark(alert, state, until, by, note, time_of_mark(known.get(alert.id), now)) for alert in alerts]


def _undo(alerts: Iterable[Alert], form: Form, site: Site) -> list[Mark]:
    """Return the marks that *alerts* had before their newest ones, as far as these have the state `was`.

    An alert that had none is open again.
    """
    records, now, was = site.follower.records, site.clock(), str(form.get("was", ""))
    marks = []
    for alert in alerts:
        known = records.marks.get(alert.id)
        if known is None or known.state != was:
            continue
        at = time_of_mark(known, now)
        former = records.former.get(alert.id)
        marks.append(replace(former, at=at) if former else make_mark(alert, "open", None, known.by, None, at))
    return marks


def make_mark(alert: Alert, state: MarkState, until: datetime | None, by: str, note: str | None, now: datetime) -> Mark:
    """Return the mark of *alert* at its newest version."""
    return Mark(alert.id, state, alert.version, until, alert.standing, by, note, now)


def _until(choice: str, site: Site) -> datetime | None:
    """Return the end of a snooze; None if it lasts until the story stands otherwise or is corrected."""
    now = site.clock()
    if hours := HOURS.get(choice):
        return now + timedelta(hours=hours)
    if choice == "morning":
        local = now.astimezone(ZoneInfo(site.config().page.zone))
        morning = local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
        return morning if morning > local else morning + timedelta(days=1)
    return None


def back_to(url: str) -> str:
    """Return *url* if it is a path of the page, else the list of alerts: no form leads to another site.

    Browsers and yarl drop tabs and line breaks, and take a backslash for a slash, so a path with one may lead elsewhere.
    """
    is_path = url.startswith("/") and not url.startswith("//") and url.isprintable() and "\\" not in url
    return url if is_path else "/"
