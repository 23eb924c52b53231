"""The aiohttp application: its routes, and what holds for every request."""

from collections import Counter
from weakref import WeakSet

from aiohttp import web

from monitor.http.silent import SEEN, note_use
from page.api.routes import make_routes, send_problems
from page.errors import show_errors
from page.measures import REQUESTS, count_requests
from page.outages import tell_outage
from page.routes import (
    alert_feeds,
    alerts,
    events,
    feed_forms,
    feeds,
    files,
    health,
    login,
    marks,
    metrics,
    search,
    settings,
    stories,
    system,
    trends,
    watch_changes,
    watch_editor,
    watches,
)
from page.security.guards import guards, on_prepare
from page.security.token import Tries
from page.site import SITE, Site
from page.streaming import READERS

MAX_BODY_BYTES = 1024 * 1024


def make_app(site: Site) -> web.Application:
    """Return the application that serves *site*."""
    # The guards come before all that shows anything of the page.
    middlewares = (count_requests, send_problems, *guards(site), note_use, show_errors, tell_outage)
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=middlewares)
    app[SITE] = site
    app[READERS] = set()
    app[REQUESTS] = Counter()
    app[metrics.METRICS] = metrics.make_metrics(app)
    app[feed_forms.PROBES] = feed_forms.make_probes()
    app[login.TRIES] = Tries()
    app[SEEN] = WeakSet()
    app.on_response_prepare.append(on_prepare)
    for module in (
        alert_feeds,
        alerts,
        events,
        feed_forms,
        feeds,
        files,
        health,
        login,
        marks,
        metrics,
        search,
        settings,
        stories,
        system,
        trends,
        watch_changes,
        watch_editor,
        watches,
    ):
        app.add_routes(module.routes)
    app.add_routes(make_routes())
    return app
