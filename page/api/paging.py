"""Pages of a list, the newest item first or in the order of ids.

A cursor names the last item of the page before, so none comes twice.
"""

import base64
import binascii
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from heapq import nlargest, nsmallest
from typing import Any, TypeVar

import orjson

from monitor.messages.base import isoformat
from monitor.messages.codec import to_dict
from page.api.endpoint import Arguments, Refused

T = TypeVar("T")


def page_of(
    items: Iterable[T],
    order: Callable[[T], tuple[datetime, str]],
    arguments: Arguments,
    whole: Callable[[T], object] = lambda item: item,
) -> dict[str, Any]:
    """Return the page of *items* that *arguments* ask for, as data. *order* returns the time and the key of an item.

    *whole* returns an item with all that is sent of it.
    """
    limit, cursor = arguments.one("limit", 50), arguments.one("cursor")
    if cursor is not None:
        last = read_cursor(cursor)
        items = (each for each in items if order(each) < last)
    ordered = nlargest(limit + 1, items, key=order)
    page = ordered[:limit]
    following = write_cursor(*order(page[-1])) if len(ordered) > limit else None
    return {"items": [to_dict(whole(each)) for each in page], "next": following}


def page_by_id(items: Iterable[T], id_of: Callable[[T], str], arguments: Arguments) -> tuple[list[T], str | None]:
    """Return the page of *items*, in the order of their ids, that *arguments* ask for, and the next cursor. Raises Refused."""
    limit, cursor = arguments.one("limit", 50), arguments.one("cursor")
    after = unpack_cursor(cursor, str)[0] if cursor is not None else ""
    ordered = nsmallest(limit + 1, (each for each in items if id_of(each) > after), key=id_of)
    page = ordered[:limit]
    return page, pack_cursor(id_of(page[-1])) if len(ordered) > limit else None


def write_cursor(moment: datetime, key: str) -> str:
    """Return the cursor behind the item with this time and key."""
    return pack_cursor(isoformat(moment), key)


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Return the time and the key in *cursor*. Raises Refused."""
    moment, key = unpack_cursor(cursor, str, str)
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), key
    except (ValueError, OverflowError):
        raise _refused() from None


def pack_cursor(*place: str | float) -> str:
    """Return the cursor for *place*, which names the last item of a page."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def unpack_cursor(cursor: str, *types: type) -> tuple[Any, ...]:
    """Return the place in *cursor*, whose values have *types*; numbers have 63 bits. Raises Refused."""
    try:
        place = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise _refused() from None
    if not isinstance(place, list) or [type(each) for each in place] != list(types):
        raise _refused()
    if any(isinstance(each, int) and each >= 2**63 for each in place):
        raise _refused()
    return tuple(place)


def _refused() -> Refused:
    return Refused(400, "cursor: give the `next` of an earlier page")
