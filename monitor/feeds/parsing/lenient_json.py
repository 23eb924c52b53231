"""Read ill-formed JSON Feeds: a fault affects one item at most. The time is linear in the length of the feed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 100
"""Levels of nested arrays and objects. A value with more is unreadable."""
MAX_RESCANS = 5
"""The most times that the document is read again because items run into the next one. Then the rest is left out."""
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{}\[\],:]', re.DOTALL)
_ITEMS = re.compile(r'"items"\s*+:\s*+\[')
_VERSION = re.compile(r'"version"\s*+:\s*+"([^"\\]{0,200}jsonfeed\.org[^"\\]{0,200})"')
_NEXT_ITEM = re.compile(r",\s*+(?=\{)")
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(.)|$)', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAX_DIGITS = 18
"""Digits of the longest integer that is read as one. Longer ones are ids, and keep their digits as text."""


@dataclass(frozen=True, slots=True)
class LenientFeed:
    """The *members* of a feed; "items" are those that are readable.

    *complete* says of each item whether all its members were read. *unreadable* counts the items that are lost. *partial*
    is true if the document breaks off.
    """

    members: dict[str, Any]
    complete: list[bool]
    unreadable: int = 0
    partial: bool = False


def read_feed(text: str) -> LenientFeed:
    """Return the feed in *text*, which begins as an object but is ill-formed JSON."""
    whole = _value(text)
    if isinstance(whole, dict) and isinstance(whole.get("items"), list):
        return LenientFeed(whole, [True] * len(whole["items"]))
    slices, closed = _members(text)
    partial = not closed and not text.rstrip().endswith("}")
    if "items" not in slices and (match := _ITEMS.search(text)):
        slices["items"] = text[match.end() :]
    read = list(_items(slices.pop("items", ""), partial=partial))
    members = {key: value for key, member in slices.items() if (value := _value(member)) is not None}
    if "version" not in members and (match := _VERSION.search(text)):
        members["version"] = match[1]
    members["items"] = [item for item, _ in read if item is not None]
    complete = [is_complete for item, is_complete in read if item is not None]
    return LenientFeed(members, complete, len(read) - len(complete), partial)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


_DECODER = json.JSONDecoder(strict=False, parse_int=_integer, parse_constant=lambda _: None)
"""Accepts line breaks in strings, halves of characters, and NaN."""


def _value(text: str) -> Any:
    """Return the value in *text*, with U+FFFD for halves of characters; None if it is unreadable, null or NaN."""
    if _depth(text) > MAX_DEPTH:
        return None
    for repaired in (text, _ESCAPE.sub(_repair_escape, text)):
        try:
            return _without_surrogates(_DECODER.decode(repaired.strip()))
        except ValueError:
            continue
    return None


def _repair_escape(escape: re.Match[str]) -> str:
    """Return *escape* unchanged if JSON has it, else what it escapes."""
    return escape[0] if escape[1] else "\ufffd" if escape[2] == "u" else escape[2] or ""


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(element) for element in value]
    if isinstance(value, dict):
        return {_SURROGATE.sub("\ufffd", key): _without_surrogates(element) for key, element in value.items()}
    return value


def _depths(text: str, start: int = 0) -> Iterator[tuple[re.Match[str], int]]:
    """Yield the tokens of *text* from *start*, each with the depth of brackets after it."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        first = token[0][0]
        depth += (first in "{[") - (first in "}]")
        yield token, depth


def _depth(text: str) -> int:
    return max((depth for _, depth in _depths(text)), default=0)


def _members(text: str) -> tuple[dict[str, str], bool]:
    """Return the values, as text, of the members of the object in *text* by key, and whether the object has an end."""
    members: dict[str, str] = {}
    key, start = "", 0
    for token, depth in _depths(text):
        sign = token[0]
        if sign == ":" and depth == 1 and not key:
            key, start = text[start : token.start()].strip(" \t\r\n{,\"'"), token.end()
        elif key and ((sign == "," and depth == 1) or depth == 0):
            members[key] = text[start : token.start()]
            key = ""
        if sign == "," and depth == 1:
            start = token.end()
        if depth == 0:
            return members, True
    if key:
        members[key] = text[start:]
    return members, False


def _items(text: str, *, partial: bool) -> Iterator[tuple[dict[str, Any] | None, bool]]:
    """Yield the objects in the array *text*, None for an unreadable one, and whether all of its members were read.

    If the document is *partial*, an object without an end is left out.
    """
    position, unread, restarted = 0, MAX_RESCANS * len(text), False
    while (start := text.find("{", position)) >= 0 and unread > 0:
        end = next((token.end() for token, depth in _depths(text, start) if depth == 0), 0)
        stop = end or len(text)
        item = _value(text[start:stop])
        complete, following = isinstance(item, dict), None
        if not complete:
            unread -= stop - start
            following = _NEXT_ITEM.search(text, start, stop)
            if following and '"id"' not in text[following.end() : stop]:
                following = None
            # If the object contains a next item, a missing bracket or quotation mark made it run into that.
            item = _readable_members(text[start : following.start() if following else stop])
        position = following.end() if following else stop
        # After that, an object inside an item may look like an item. Items have ids.
        if restarted and item is not None and "id" not in item:
            item = None if following else {}
        restarted = restarted or following is not None
        if item != {} and (end or following or not partial):
            yield item, complete


def _readable_members(text: str) -> dict[str, Any] | None:
    """Return the readable members of the object in *text*, None if there are none."""
    slices, _ = _members(text)
    return {key: value for key, member in slices.items() if (value := _value(member)) is not None} or None
