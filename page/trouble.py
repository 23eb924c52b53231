"""Why the page may lack news: the log, the index, or services that are stuck."""

from zoneinfo import ZoneInfo

from monitor.runtime import registry
from page.site import Site
from page.views.life import find_stopped
from page.views.times import format_time


def find_trouble(site: Site) -> str:
    """Return what is shown beside "Live", in a few words; "" while all is well. The page of the system says more."""
    names = tuple(registry.service_modules())
    stopped = () if site.recorded else find_stopped(site.follower, names)
    parts = (
        _describe_reading(site),
        "the search lags behind" if site.index.trouble else "",
        "no service runs" if len(stopped) == len(names) else f"stuck: {', '.join(stopped)}" if stopped else "",
    )
    return "; ".join(filter(None, parts))


def _describe_reading(site: Site) -> str:
    if site.follower.sees_all:
        return ""
    if not site.follower.trouble:
        return "the log is being read"
    if (read := site.follower.last_read) is None:
        return "the log cannot be read"
    local_now = site.clock().astimezone(ZoneInfo(site.config().page.zone))
    return f"the log cannot be read (last read at {format_time(read, local_now)})"
