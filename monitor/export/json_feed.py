"""A feed of alerts in JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from typing import Any

import orjson

from monitor.escape import escape_json
from monitor.export.feed import NAME, Entry, FeedFormat, FeedHead

VERSION = "https://jsonfeed.org/version/1.1"
EMPTY_END = "]\n}"


def _start(head: FeedHead) -> str:
    """Return the document up to its first item. The format has no field for the id of the feed."""
    document = {
        "version": VERSION,
        "title": head.title,
        **({"feed_url": head.url} if head.url else {}),
        "authors": [{"name": NAME}],
        "_newsmonitor": {"id": head.id, "updated": head.updated},
        "items": [],
    }
    return _dump(document).removesuffix(EMPTY_END)


def _write_item(entry: Entry) -> str:
    # A line break within a text is written as \\n.
    return "\n    " + _dump(_item(entry)).replace("\n", "\n    ")


def _dump(data: dict[str, Any]) -> str:
    return escape_json(orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)).decode()


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


JSON_FEED = FeedFormat(_start, _write_item, between=",", end="\n  ]\n}\n", empty_end=f"{EMPTY_END}\n")
