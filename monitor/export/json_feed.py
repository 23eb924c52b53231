"""A feed of alerts in JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from typing import Any

import orjson

from monitor.escape import escape_json
from monitor.export.feed import NAME, AlertFeed, Entry

VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(feed: AlertFeed) -> str:
    """Return *feed* as a JSON document. It has the id of the feed beside the fields of the format, which has none for it."""
    document = {
        "version": VERSION,
        "title": feed.title,
        **({"feed_url": feed.url} if feed.url else {}),
        "authors": [{"name": NAME}],
        "_newsmonitor": {"id": feed.id, "updated": feed.updated},
        "items": [_item(entry) for entry in feed.entries],
    }
    return escape_json(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)).decode() + "\n"


def _item(entry: Entry) -> dict[str, Any]:
    alert = entry.alert
    item = {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": entry.author}] if entry.author else None,
        "tags": list(dict.fromkeys((entry.watch, alert.severity, *(topic.name for topic in entry.topics)))),
        "language": entry.language,
        "_newsmonitor": _without_none(
            {
                "alert": alert.id,
                "version": alert.version,
                "change": alert.change,
                "watch": alert.watch,
                "severity": alert.severity,
                "story": alert.story,
                "state": alert.state,
                "standing": alert.standing,
            }
        ),
    }
    return _without_none(item)


def _without_none(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value is not None}
