"""What the tools answer, as data. Texts of feeds are cut, so that a few articles do not fill an assistant's memory."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from consumers.alerts.query.errors import InvalidQuery
from monitor.config import Watch
from monitor.messages import ArticleStories
from monitor.messages.base import isoformat
from monitor.messages.codec import to_dict
from page.api.endpoint import Refused
from page.api.stories import page_of_articles
from page.index import read_row
from page.reading.search import run_search
from page.site import Site
from page.watches.answers import backtest_watch, explain_watch
from page.watches.backtest import DAYS
from page.watches.check import find_problem
from page.watches.samples import find_article

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
    values, following = await page_of_articles(site, key, limit, given.get("cursor"))
    return {
        "id": key,
        "title": story.title if story else None,
        "first": isoformat(story.first) if story else None,
        "last": isoformat(story.last) if story else None,
        "article_count": story.count if story else None,
        "alerts": [to_dict(records.whole(alert)) for alert in entry.alerts.values()] if entry else [],
        "articles": [_article(read_row(ArticleStories, value)) for value in values],
        "next": following,
    }


async def explain_article(site: Site, given: Json) -> Json:
    """Return why a watch or a query matches an article, or why it does not. Raises Refused."""
    watch = await _watch(site, given)
    message = await asyncio.to_thread(find_article, site.index, given["article"])
    if message is None:
        raise Refused(404, "there is no such article: the log no longer has it, or the id is wrong; `search` gives ids")
    explanation = await explain_watch(site, watch, message)
    return {"article": _article(message), "explanation": explanation, "backfill": message.article.backfill}


async def backtest(site: Site, given: Json) -> Json:
    """Return the alerts that a query or a watch would have raised, and how many there are of each kind. Raises Refused."""
    watch, limit = await _watch(site, given), given.get("limit", 10)
    try:
        async with asyncio.timeout(BACKTEST_SECONDS):
            tried = await backtest_watch(site, watch, given.get("days", DAYS), is_new="watch" not in given)
    except TimeoutError:
        raise Refused(503, f"the backtest takes longer than {BACKTEST_SECONDS:g} s; give fewer days") from None
    kinds = ("more", "less", "same")
    return {**tried, **{each: tried[each][:limit] for each in kinds}, "counts": {each: len(tried[each]) for each in kinds}}


async def _watch(site: Site, given: Json) -> Watch:
    """Return the watch that is given by its id, with the query if one is given, or that of the query alone. Raises Refused."""
    query, id_, config = given.get("query"), given.get("watch"), site.config()
    if query is None and id_ is None:
        raise Refused(400, "give a query or the id of a watch")
    watch = Watch("query") if id_ is None else next((each for each in config.watches if each.id == id_), None)
    if watch is None:
        raise Refused(404, "the config has no such watch; `alerts` shows which watches raise alerts")
    if query is not None:
        watch = replace(watch, query=query, any=(), all=(), none=())
    if problem := await asyncio.to_thread(find_problem, watch, config):
        raise Refused(400, problem.told)
    return watch


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
