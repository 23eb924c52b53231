"""What the tools answer, as data. Texts of feeds are cut, so that a few articles do not fill an assistant's memory."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import click

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.tools.backtest.configs import select_configs
from consumers.alerts.tools.backtest.results import Totals
from consumers.alerts.tools.backtest.run import backtest
from consumers.alerts.tools.explain import explain, to_json_data
from monitor.config import Watch
from monitor.messages import ArticleStories
from monitor.messages.base import isoformat
from monitor.messages.codec import to_dict
from page.api.endpoint import Refused
from page.index import read_row
from page.routes.search import run_search
from page.site import Site

Json = Mapping[str, Any]
TEXT_CHARS = 1500
BACKTEST_SECONDS = 120.0


async def search_articles(site: Site, given: Json) -> Json:
    """Return the articles that match, the newest first, and why. Raises Refused."""
    try:
        page = await run_search(site, given["query"], given.get("days", 30), given.get("cursor"), given.get("limit", 10))
    except InvalidQuery as error:
        raise Refused(400, f"query: {error}") from None
    items = [{**_article(each.message), "reasons": [to_dict(reason) for reason in each.reasons]} for each in page.found]
    return {"items": items, "next": page.before}


async def get_story(site: Site, given: Json) -> Json:
    """Return the alerts and the articles of a story. Raises Refused."""
    key, limit, records = given["id"], given.get("limit", 10), site.follower.records
    entry = records.entries.get(key)
    story = records.stories.get(key)
    if entry is None and story is None:
        raise Refused(
            404, "there is no such story: the log no longer has it, or the id is wrong; `alerts` and `search` give ids"
        )
    values = await asyncio.to_thread(site.index.of_story, "article", key, limit)
    return {
        "id": key,
        "title": story.title if story else None,
        "first": isoformat(story.first) if story else None,
        "last": isoformat(story.last) if story else None,
        "article_count": story.count if story else None,
        "alerts": [to_dict(records.whole(alert)) for alert in entry.alerts.values()] if entry else [],
        "articles": [_article(read_row(ArticleStories, value)) for value in values],
    }


async def explain_article(site: Site, given: Json) -> Json:
    """Return why a watch or a query matches an article, or why it does not. Raises Refused."""
    watch = _watch(site, given)
    value = await asyncio.to_thread(site.index.newest, "article", given["article"])
    if value is None:
        raise Refused(404, "there is no such article: the log no longer has it, or the id is wrong; `search` gives ids")
    lookups = lookups_for(site.config())
    if error := query_problem(watch, lookups):
        raise Refused(400, str(error))
    message = read_row(ArticleStories, value)
    explanation = await asyncio.to_thread(explain, compile_watch(watch, lookups).ast, Document(message))
    return {"article": _article(message), "explanation": to_json_data(explanation), "backfill": message.article.backfill}


async def backtest_watch(site: Site, given: Json) -> Json:
    """Return the alerts that a query or a watch would have raised. Raises Refused."""
    query, watch = given.get("query"), given.get("watch")
    if query is None and watch is None:
        raise Refused(400, "give a query or the id of a watch")
    try:
        config = select_configs(site.config(), None, watch, query).edited
    except click.ClickException as error:
        raise Refused(400, error.format_message()) from None
    if watch is None:
        config = select_configs(config, None, "query", None).edited
    now, totals = site.clock(), Totals(given.get("limit", 10))
    try:
        async with asyncio.timeout(BACKTEST_SECONDS):
            async for step in backtest(site.bus, [config], now - timedelta(days=given.get("days", 7)), now):
                if step.in_range:
                    if step.message:
                        totals.add_article(step.message.article)
                    for alert in step.alerts[0]:
                        totals.add_alert(alert)
    except TimeoutError:
        raise Refused(503, f"the backtest takes longer than {BACKTEST_SECONDS:g} s; give fewer days") from None
    return {
        "articles": totals.article_count,
        "days": {day.isoformat(): dict(counts) for day, counts in sorted(totals.days.items())},
        "latest": [to_dict(summary) for summary in reversed(totals.latest.values())],
    }


def _watch(site: Site, given: Json) -> Watch:
    query, watch = given.get("query"), given.get("watch")
    if (query is None) == (watch is None):
        raise Refused(400, "give one of watch and query")
    if query is not None:
        return Watch("query", query=query)
    found = next((each for each in site.config().watches if each.id == watch), None)
    if found is None:
        raise Refused(404, "the config has no such watch; `alerts` shows which watches raise alerts")
    return found


def _article(message: ArticleStories) -> dict[str, Any]:
    article = message.article
    cut = len(article.text) > TEXT_CHARS
    return {
        "id": article.id,
        "story": message.story.id,
        "outlet": article.outlet,
        "title": article.title,
        "text": article.text[:TEXT_CHARS],
        "text_is_cut": cut,
        "url": article.url,
        "language": message.language.code,
        "published": isoformat(article.published) if article.published else None,
        "fetched": isoformat(article.fetched),
    }
