"""Stories and articles."""

import asyncio
from typing import Any

import orjson

from consumers.alerts.query.errors import InvalidQuery
from monitor.messages import Story
from monitor.messages.codec import to_dict
from page.api.endpoint import CURSOR, LIMIT, Arguments, Endpoint, Parameter, Refused, listing, reference
from page.api.paging import pack_cursor, page_of, unpack_cursor
from page.reading.search import run_search
from page.site import Site

STORY_ID = Parameter("id", "The id of a story.", "path")
ARTICLE_ID = Parameter("id", "The id of an article.", "path")
SEARCH = (
    Parameter("q", "A query in the language of the watches."),
    Parameter("days", "How many days to look back.", schema={"type": "integer", "minimum": 1, "maximum": 36600, "default": 30}),
)


async def list_stories(site: Site, arguments: Arguments) -> Any:
    """Return the stories whose articles name the entity, or all."""
    entities = set(arguments.all("entity"))
    stories = site.follower.records.stories.values()
    found = (story for story in stories if not entities or not entities.isdisjoint(story.entities))
    return page_of(found, lambda story: (story.last, story.id), arguments)


async def get_story(site: Site, arguments: Arguments) -> Any:
    """Return a story."""
    return to_dict(_story(site, arguments.one("id")))


async def list_articles_of_story(site: Site, arguments: Arguments) -> Any:
    """Return the versions of the articles of a story, in the order in which they were fetched."""
    story = _story(site, arguments.one("id"))
    values, following = await page_of_articles(site, story.id, arguments.one("limit", 50), arguments.one("cursor"))
    return {"items": [orjson.loads(value) for value in values], "next": following}


async def page_of_articles(site: Site, story: str, limit: int, cursor: str | None) -> tuple[list[bytes], str | None]:
    """Return the JSON of up to *limit* articles of *story*, the oldest first, and the next cursor. Raises Refused."""
    after = unpack_cursor(cursor, float, str, int) if cursor else None
    page = await asyncio.to_thread(site.index.articles_after, story, after, limit)
    rest = await asyncio.to_thread(site.index.articles_after, story, page[-1][0], 1) if page else []
    return [value for _, value in page], pack_cursor(*page[-1][0]) if rest else None


async def search_articles(site: Site, arguments: Arguments) -> Any:
    """Return the articles that match the query, those that came last first."""
    query, days, cursor = arguments.one("q", ""), arguments.one("days", 30), arguments.one("cursor")
    if not query.strip():
        raise Refused(400, "q: give a query, such as q=kim AND train")
    try:
        page = await run_search(site, query, days, cursor, arguments.one("limit", 50))
    except InvalidQuery as error:
        raise Refused(400, f"q: {error}") from None
    return {"items": [to_dict(each.message) for each in page.found], "next": str(page.before) if page.before else None}


async def get_article(site: Site, arguments: Arguments) -> Any:
    """Return the newest version of an article."""
    value = await asyncio.to_thread(site.index.newest, "article", arguments.one("id"))
    if value is None:
        raise Refused(404, "there is no such article: the log no longer has it, or the id is wrong")
    return orjson.loads(value)


def _story(site: Site, id_: str) -> Story:
    story = site.follower.records.stories.get(id_)
    if story is None:
        raise Refused(404, "there is no such story: the log no longer has it, or the id is wrong")
    return story


PLACE = Parameter("cursor", CURSOR.description, schema={"type": "integer", "minimum": 1, "maximum": 2**53})
ENTITY = Parameter("entity", "The id of an entity that its articles name.", repeated=True)
ARTICLES = listing(reference("article.stories.v1"))
ENDPOINTS = (
    Endpoint("GET", "/stories", "List stories", listing(reference("story.v1")), list_stories, (ENTITY, LIMIT, CURSOR)),
    Endpoint("GET", "/stories/{id}", "Get a story", reference("story.v1"), get_story, (STORY_ID,), problems=(404,)),
    Endpoint(
        "GET",
        "/stories/{id}/articles",
        "List the articles of a story, the earliest first",
        ARTICLES,
        list_articles_of_story,
        (STORY_ID, LIMIT, CURSOR),
        problems=(404,),
    ),
    Endpoint("GET", "/articles", "Search articles", ARTICLES, search_articles, (*SEARCH, LIMIT, PLACE)),
    Endpoint(
        "GET", "/articles/{id}", "Get an article", reference("article.stories.v1"), get_article, (ARTICLE_ID,), problems=(404,)
    ),
)
