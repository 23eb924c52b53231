"""The feeds of alerts that the page serves."""

import json
from pathlib import Path

import feedparser

from tests.make import alert
from tests.page import served


async def test_a_feed_reader_gets_the_alerts_of_a_watch(tmp_path: Path) -> None:
    others = (alert(1, id="putin:s1", watch="putin", severity="low"), alert(2, title="The <b>train</b>"))
    async with served(tmp_path, "", alert(1), *others) as page:
        status, text = await page.get("/alerts.atom?watch=kim")
        parsed = feedparser.parse(text.encode())
        assert (status, parsed.bozo, [entry.title for entry in parsed.entries]) == (
            200,
            False,
            ["The <b>train</b>"],
        )
        assert [link.href for link in parsed.feed.links] == [f"{page.url}/alerts.atom?watch=kim"]
        data = json.loads((await page.get("/alerts.json"))[1])
        assert ([item["_newsmonitor"]["alert"] for item in data["items"]], data["feed_url"]) == (
            ["kim:s1", "putin:s1"],
            f"{page.url}/alerts.json",
        )
        assert len(json.loads((await page.get("/alerts.json?severity=low"))[1])["items"]) == 1
