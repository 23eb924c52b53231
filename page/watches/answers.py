"""What a program or an assistant is told of a watch that it tries: as JSON, without the secrets of the config."""

import asyncio
from dataclasses import asdict, replace
from typing import Any
from zoneinfo import ZoneInfo

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.tools.explain import explain, to_json_data
from monitor.config import Watch
from monitor.messages import ArticleStories
from monitor.messages.codec import to_dict
from page.site import Site
from page.watches.backtest import try_watch
from page.watches.check import lookups_of
from page.watches.secrets import Hide, hider


async def explain_watch(site: Site, watch: Watch, message: ArticleStories) -> dict[str, Any]:
    """Return why *watch*, which must be good, matches *message*, or why not."""
    config = site.config()
    node = compile_watch(watch, lookups_of(config)).ast
    explanation = await asyncio.to_thread(lambda: explain(node, Document(message)))
    return _hidden(to_json_data(explanation), hider(config))


async def backtest_watch(site: Site, watch: Watch, days: int, *, is_new: bool) -> dict[str, Any]:
    """Return what *watch* would have raised, and unless it *is_new* how that differs from the watch of its id in the config.

    Two run at once; further ones wait.
    """
    config = replace(site.config(), watches=()) if is_new else site.config()
    async with site.backtests:
        tried = await try_watch(site.bus, config, watch, site.clock(), ZoneInfo(config.page.zone), days)
    return {
        "articles": tried.article_count,
        "seconds": tried.seconds,
        "days": [asdict(each) for each in tried.days],
        **{name: [to_dict(each) for each in getattr(tried, name)] for name in ("more", "less", "same")},
    }


def _hidden(explanation: dict[str, Any], hide: Hide) -> dict[str, Any]:
    """Return *explanation* without the secrets of URLs by which the watch names a feed."""
    texts = {key: hide(explanation[key]) for key in ("said", "why")}
    return {**explanation, **texts, "parts": [_hidden(each, hide) for each in explanation["parts"]]}
