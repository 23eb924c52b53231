"""Try a watch before it is saved: what it means, why it matches an article, and what it would have raised."""

import asyncio
from dataclasses import asdict
from typing import Any

from consumers.alerts.tools.articles import stub
from monitor.config import Watch
from page.api.endpoint import Arguments, Endpoint, Refused
from page.site import Site
from page.watches.answers import backtest_watch, explain_watch
from page.watches.backtest import DAYS
from page.watches.check import Remark, check_entry
from page.watches.samples import find_article

WATCH = {"type": "object", "description": "The keys of a watch, as in the config. `id` may be left out."}
REMARK = {
    "type": "object",
    "description": "What is wrong, or may be. Only in a query it has a place, from 1.",
    "properties": {
        "key": {"type": "string", "description": "The key of the watch."},
        "text": {"type": "string"},
        "line": {"type": "integer", "minimum": 0},
        "column": {"type": "integer", "minimum": 0},
        "context": {"type": "string", "description": "The line of the query, and below it a caret at the place."},
    },
    "required": ["key", "text", "line", "column", "context"],
}
CHECKED = {
    "type": "object",
    "properties": {
        "valid": {"type": "boolean"},
        "meaning": {"type": ["string", "null"], "description": "What a valid watch asks for, in words."},
        "problem": {"anyOf": [REMARK, {"type": "null"}]},
        "hints": {"type": "array", "items": REMARK},
    },
    "required": ["valid", "meaning", "problem", "hints"],
}
EXPLANATION = {
    "type": "object",
    "description": "Whether a part of the watch holds for the article, and why. `parts` are explanations too.",
    "properties": {
        "said": {"type": "string"},
        "holds": {"type": "boolean"},
        "why": {"type": "string"},
        "found": {"type": "array", "items": {"type": "object"}},
        "parts": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["said", "holds", "why", "found", "parts"],
}
SUMMARIES = {"type": "array", "items": {"type": "object", "required": ["id", "watch", "raised", "title"]}}
DAY = {
    "type": "object",
    "properties": {
        "day": {"type": "string", "format": "date"},
        "saved": {"type": "integer"},
        "edited": {"type": "integer"},
    },
    "required": ["day", "saved", "edited"],
}
TRIED = {
    "type": "object",
    "properties": {
        "articles": {"type": "integer"},
        "seconds": {"type": "number"},
        "days": {"type": "array", "items": DAY},
        "more": SUMMARIES,
        "less": SUMMARIES,
        "same": SUMMARIES,
    },
    "required": ["articles", "seconds", "days", "more", "less", "same"],
}
TEXT = {"type": "string", "maxLength": 100_000}


async def check_a_watch(site: Site, arguments: Arguments) -> Any:
    """Return whether a watch can be used, and what it means."""
    checked = (await asyncio.to_thread(check_entry, arguments.body["watch"], site.config()))[1]
    return {
        "valid": checked.problem is None,
        "meaning": checked.meaning,
        "problem": asdict(checked.problem) if checked.problem else None,
        "hints": [asdict(each) for each in checked.hints],
    }


async def explain_a_watch(site: Site, arguments: Arguments) -> Any:
    """Return why a watch matches an article, or why not: one of the log by its id, or a title and a text."""
    body = arguments.body
    watch = await _watch(site, body["watch"])
    message = stub(body.get("title", ""), body.get("text", ""))
    if "article" in body:
        found = await asyncio.to_thread(find_article, site.index, body["article"])
        if found is None:
            raise Refused(404, "the log has no such article")
        message = found
    return await explain_watch(site, watch, message)


async def backtest_a_watch(site: Site, arguments: Arguments) -> Any:
    """Return what a watch would have raised, and how that differs from the watch of the same id in the config.

    Two run at once; further ones wait.
    """
    entry = arguments.body["watch"]
    watch = await _watch(site, entry)
    return await backtest_watch(site, watch, arguments.body.get("days", DAYS), is_new="id" not in entry)


async def _watch(site: Site, entry: dict[str, Any]) -> Watch:
    """Return the watch in *entry*. Raises Refused if it cannot be used."""
    watch, checked = await asyncio.to_thread(check_entry, entry, site.config())
    if watch is None or checked.problem:
        raise Refused(400, f"watch: {(checked.problem or Remark('')).told}")
    return watch


def _body(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"watch": WATCH, **properties},
        "required": ["watch"],
        "additionalProperties": False,
    }


ENDPOINTS = (
    Endpoint("POST", "/watches/check", "Check a watch", CHECKED, check_a_watch, body=_body()),
    Endpoint(
        "POST",
        "/watches/explain",
        "Explain a watch",
        EXPLANATION,
        explain_a_watch,
        body=_body(article=TEXT, title=TEXT, text=TEXT),
        problems=(404,),
    ),
    Endpoint(
        "POST",
        "/watches/backtest",
        "Try a watch on the past days",
        TRIED,
        backtest_a_watch,
        body=_body(days={"type": "integer", "minimum": 1, "maximum": 30}),
    ),
)
