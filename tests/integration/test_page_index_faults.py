"""A page whose index cannot be read, or is held by another process."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.make import alert, article_stories
from tests.page import served
from tests.running import until


async def test_an_index_that_cannot_be_read_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    async with served(tmp_path, "", article_stories(), alert(1)) as page:
        with closing(sqlite3.connect(tmp_path / "index.db")) as other:
            other.execute("DROP TABLE records")
        status, text = await page.get("/stories/s1")
        assert (status, "it is built anew from the log" in text) == (503, True)
        assert (await page.get("/api/v1/alerts/kim:s1/versions"))[0] == 503
        assert (await page.get("/"))[0] == 200
        await page.publish(alert(2))
        await until(lambda: page.follower.records.alerts["kim:s1"].version == 2)


async def test_an_index_that_another_process_holds_is_filled_later(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1), busy_seconds=0.05) as page:
        with closing(sqlite3.connect(tmp_path / "index.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await page.publish(article_stories("A summit"))
            await until(lambda: "database is locked" in str(page.index.trouble))
            assert (await page.get("/stories/s1"))[0] == 200
            other.execute("ROLLBACK")
        await until(lambda: len(page.index.of_story("article", "s1", 9)) == 1)
        assert (await page.get("/ready"))[0] == 200
