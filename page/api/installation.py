"""The watches, feeds and targets of the config, and how the services do."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from monitor.cli.watches import without_secrets
from monitor.config import Watch
from monitor.feeds.configured import shown_url
from monitor.messages.base import isoformat
from monitor.messages.codec import to_dict
from monitor.runtime import registry
from page.api.endpoint import CURSOR, LIMIT, Arguments, Endpoint, Parameter, Refused, listing
from page.api.paging import page_by_id
from page.reading.system import read_dead, read_lags
from page.site import Site
from page.views.feeds import FeedRow, list_feeds
from page.views.system import list_services, list_targets, measure_stages

WATCH_ID = Parameter("id", "The id of a watch.", "path")
OBJECT = {"type": "object"}
TIME = {"type": ["string", "null"], "format": "date-time"}
WATCH = {"type": "object", "description": "The keys of the watch in the config.", "required": ["id"]}
FEED = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "url": {"type": "string"},
        "folder": {"type": "string"},
        "state": {"type": "string", "enum": ["new", "ok", "failing", "blocked", "gone"]},
        "last_new": TIME,
        "last_ok": TIME,
        "next_poll": TIME,
        "failures": {"type": "integer", "minimum": 0},
        "reason": {"type": ["string", "null"]},
        "error": {"type": "string"},
        "moved": {"type": "string"},
        "truncated": {"type": "integer", "minimum": 0},
        "push": {
            "type": "string",
            "description": "Which hub pushes the feed until when, or why none does; empty without a hub",
        },
    },
    "required": ["id", "state", "url"],
}
TARGET = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "kind": {"type": "string"},
        "state": {"type": "string", "enum": ["ok", "waiting", "disabled"]},
        "pending": {"type": "integer"},
        "sent": {"type": "integer"},
        "failed": {"type": "integer"},
        "last": TIME,
        "error": {"type": "string"},
    },
    "required": ["id", "kind", "state"],
}
STATUS = {
    "type": "object",
    "properties": {
        "services": {"type": "array", "items": OBJECT},
        "feeds": {"type": "object", "additionalProperties": {"type": "integer"}},
        "following": {"type": "boolean", "description": "Whether the page knows all that the log has."},
        "last_seen": TIME
        | {"description": "When the page last saw the services; null while it sees them, and before it first did."},
        "trouble": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Why a stream, or the lag of the services, cannot be read, by its name.",
        },
        "stages": {
            "type": "array",
            "items": {"type": "object", "required": ["name", "p50", "p95", "p99"]},
            "description": "How long each stage took for the latest alerts, in milliseconds.",
        },
        "dead": {
            "type": "array",
            "items": {"type": "object", "required": ["service", "reason", "count"]},
            "description": "The dead letters that nobody has retried, by service and reason.",
        },
    },
    "required": ["services", "feeds", "following", "last_seen", "trouble", "stages", "dead"],
}


async def list_watches(site: Site, arguments: Arguments) -> Any:
    """Return the watches of the config by id, without secrets."""
    page, following = page_by_id(site.config().watches, lambda watch: watch.id, arguments)
    return {"items": [_watch(site, each) for each in page], "next": following}


async def get_watch(site: Site, arguments: Arguments) -> Any:
    """Return a watch."""
    found = next((each for each in site.config().watches if each.id == arguments.one("id")), None)
    if found is None:
        raise Refused(404, "the config has no such watch")
    return _watch(site, found)


async def list_feed_rows(site: Site, arguments: Arguments) -> Any:
    """Return the feeds of the config and how they do, by id."""
    records = site.follower.records
    rows = list_feeds(site.config().feeds, records.feeds, records.websubs, site.clock())
    page, following = page_by_id(rows, lambda row: row.id, arguments)
    return {"items": [_feed(row) for row in page], "next": following}


async def list_target_rows(site: Site, arguments: Arguments) -> Any:
    """Return the targets of the config and how they do, by id."""
    records = site.follower.records
    rows = list_targets(site.config().targets, records.targets, records.deliveries.values())
    page, following = page_by_id(rows, lambda row: row.id, arguments)
    items = [{**asdict(row), "last": isoformat(row.last) if row.last else None} for row in page]
    return {"items": items, "next": following}


async def get_status(site: Site, _: Arguments) -> Any:
    """Return how the services and the feeds do, what takes how long, and what could not be processed."""
    follower, now = site.follower, site.clock()
    (lags, lag_trouble), (dead, dead_trouble) = await read_lags(site), await read_dead(site)
    unread = {name: reason for name, reason in (("lag", lag_trouble), ("dead.v1", dead_trouble)) if reason}
    processes = follower.records.processes.values()
    services = list_services(tuple(registry.service_modules()), processes, lags, follower.seen)
    feeds = Counter(row.state for row in list_feeds(site.config().feeds, follower.records.feeds, {}, now))
    return {
        "services": [asdict(each) for each in services],
        "feeds": feeds,
        "following": follower.sees_all,
        "last_seen": None if follower.sees_processes or not follower.seen else isoformat(follower.seen),
        "trouble": follower.trouble | unread,
        "stages": [asdict(each) for each in measure_stages(follower.records.latest)],
        "dead": [{"service": service, "reason": reason, "count": count} for (service, reason), count in dead.most_common()],
    }


def _watch(site: Site, watch: Watch) -> dict[str, Any]:
    private = {feed.url: shown_url(feed) for feed in site.config().feeds if feed.private}
    return {name: without_secrets(value, private) for name, value in to_dict(watch).items() if value}


def _feed(row: FeedRow) -> dict[str, Any]:
    times = {name: isoformat(at) if (at := getattr(row, name)) else None for name in ("last_new", "last_ok", "next_poll")}
    return {**{key: value for key, value in asdict(row).items() if key != "hours"}, **times}


ENDPOINTS = (
    Endpoint("GET", "/watches", "List watches", listing(WATCH), list_watches, (LIMIT, CURSOR)),
    Endpoint("GET", "/watches/{id}", "Get a watch", WATCH, get_watch, (WATCH_ID,), problems=(404,)),
    Endpoint("GET", "/feeds", "List feeds", listing(FEED), list_feed_rows, (LIMIT, CURSOR)),
    Endpoint("GET", "/targets", "List targets", listing(TARGET), list_target_rows, (LIMIT, CURSOR)),
    Endpoint("GET", "/status", "Get the state of the services", STATUS, get_status),
)
