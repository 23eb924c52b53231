"""Why the page may lack news: the log, the index, or services that are stuck."""

from monitor.runtime import registry
from page.site import Site
from page.views.life import find_stopped


def find_trouble(site: Site) -> str:
    """Return what is shown beside "Live", in a few words; "" while all is well. The page of the system says more."""
    names = tuple(registry.service_modules())
    stopped = () if site.recorded else find_stopped(site.follower.records, names, site.clock())
    parts = (
        "the log cannot be read" if site.follower.trouble else "",
        "the log is being read" if not site.follower.complete.is_set() else "",
        "the search lags behind" if site.index.trouble else "",
        "no service runs" if len(stopped) == len(names) else f"stuck: {', '.join(stopped)}" if stopped else "",
    )
    return "; ".join(filter(None, parts))
