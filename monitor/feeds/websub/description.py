"""Subscriptions at hubs as text. Pure."""

from datetime import datetime

from monitor.feeds.websub import lifecycle
from monitor.messages import Websub


def describe(known: Websub, now: datetime) -> str:
    """Return how the feed is pushed at *now*, and what is wrong if it is not; "" if its subscription is over."""
    hub = known.hub
    if lifecycle.is_live(known, now):
        text = f"pushed by {hub} until {known.until:%Y-%m-%d %H:%M} UTC"
        if lifecycle.is_working(known, now):
            return f"{text}, last at {known.last_push:%Y-%m-%d %H:%M}"
        why = f": {known.error}" if known.error else ""
        return f"{text}, but polled as usual until {'it has sent all news' if known.missed else 'it has sent something'}{why}"
    if known.state == "pending":
        return f"polled; {hub} has not verified the subscription yet{f': {known.error}' if known.error else ''}"
    if lifecycle.is_wanted(known):
        again = f"; it is asked again at {known.next:%Y-%m-%d %H:%M} UTC" if known.next else ""
        return f"polled; not pushed by {hub}: {known.error or known.state}{again}"
    return ""


def has_trouble(known: Websub, now: datetime) -> bool:
    """Return whether the hub does not do at *now* what the subscription is for."""
    return lifecycle.is_wanted(known) and bool(known.error) and not lifecycle.is_working(known, now)
