"""A page that shows a part of a list says so."""

from pathlib import Path

from monitor.clock import utc
from tests.make import alert, article_stories, entity
from tests.page import served


async def test_trends_and_the_page_of_a_story_say_what_they_leave_out(tmp_path: Path) -> None:
    named = tuple(entity(f"Name {number}") for number in range(61))
    told = article_stories("Many names", story="s1", fetched=utc(), entities=named)
    async with served(tmp_path, "", told, alert(1)) as page:
        trends = (await page.get("/trends"))[1]
        assert (trends.count('href="/trends/person'), "These are the 60 names with the most articles." in trends) == (60, True)
        assert "and 51 more" in (await page.get("/stories/s1"))[1]


async def test_the_page_of_an_entity_counts_its_stories(tmp_path: Path) -> None:
    named = (entity("Name", ident="Q1"),)
    told = [article_stories(f"Train {n}", id=f"a{n}", story=f"s{n}", fetched=utc(), entities=named) for n in range(51)]
    async with served(tmp_path, "", *told) as page:
        text = (await page.get("/trends/Q1"))[1]
        assert (text.count("<h3"), "the latest 50 of 51" in text) == (50, True)


async def test_short_lists_say_nothing(tmp_path: Path) -> None:
    named = (entity("Name", ident="Q1"),)
    async with served(tmp_path, "", article_stories("A train", fetched=utc(), entities=named), alert(1)) as page:
        assert "the latest first" in (await page.get("/trends/Q1"))[1]
        trends, story = [(await page.get(path))[1] for path in ("/trends", "/stories/s1")]
        assert ("with the most articles." in trends, " more<" in story) == (False, False)
