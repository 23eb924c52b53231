"""Times as text, in the zone of the page."""

from datetime import datetime


def format_time(moment: datetime, now: datetime) -> str:
    """Return *moment* as ``16:31`` in the zone of *now*, with the date if it is of another day."""
    local = moment.astimezone(now.tzinfo)
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local:%-d %b %H:%M}" if local.year == now.year else f"{local:%-d %b %Y %H:%M}"
